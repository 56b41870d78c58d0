import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { gallery } from './render-gallery.ts';

/** Draws every sample of every card, light and dark, 320 and 900 px wide, into screenshots/, and one sheet for each. */
const dist = createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js');
const script = readFileSync(dist, 'utf8');
const css = readFileSync(dist.replace('.min.js', '.css'), 'utf8');
const out = new URL('../../screenshots/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });

const themes = {
  light: {
    page: '#f5f5f5',
    card: '#ffffff',
    text: '#242424',
    subtle: '#616161',
    accent: '#5b5fc7',
    good: '#0e700e',
    warning: '#8a5a00',
    attention: '#b10e1c',
  },
  dark: {
    page: '#1f1f1f',
    card: '#292929',
    text: '#ffffff',
    subtle: '#adadad',
    accent: '#9ea2ff',
    good: '#6ccb5f',
    warning: '#f2c661',
    attention: '#ff99a4',
  },
};
type Theme = (typeof themes)['light'];
const pair = (c: string, subtle = c) => ({ default: c, subtle });
const host = (t: Theme) => ({
  fontFamily: '"Segoe UI", "Liberation Sans", sans-serif',
  spacing: { small: 4, default: 8, medium: 12, large: 20, extraLarge: 28, padding: 16 },
  fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 200, default: 400, bolder: 600 },
  supportsInteractivity: true,
  actions: {
    maxActions: 6,
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    buttonSpacing: 8,
    spacing: 'medium',
  },
  containerStyles: {
    default: {
      backgroundColor: t.card,
      foregroundColors: {
        default: pair(t.text, t.subtle),
        accent: pair(t.accent),
        good: pair(t.good),
        warning: pair(t.warning),
        attention: pair(t.attention),
      },
    },
  },
});
const style = (t: Theme) => `${css}
body{margin:0;background:${t.page};color:${t.text};font:14px "Segoe UI","Liberation Sans",sans-serif}
#sheet{display:flex;flex-wrap:wrap;gap:16px;padding:16px;align-items:flex-start}
.card{background:${t.card};border:1px solid ${t.subtle}55;border-radius:6px;overflow:hidden}
.name{font-size:11px;color:${t.subtle}}
.ac-pushButton{background:transparent;color:${t.text};border:1px solid ${t.subtle};border-radius:4px;padding:5px 12px;font:600 14px "Liberation Sans";margin-bottom:4px}
.ac-pushButton.style-positive{background:#4f52b2;color:#fff;border-color:#4f52b2}.ac-pushButton.style-destructive{color:${t.attention}}
.ac-input{background:${t.page};color:${t.text};border:1px solid ${t.subtle};border-radius:4px;padding:5px;box-sizing:border-box;width:100%;font:14px "Liberation Sans"}`;

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  for (const [name, theme] of Object.entries(themes))
    for (const width of [320, 900]) {
      const page = await browser.newPage({ viewport: { width: width === 320 ? 1720 : 1880, height: 900 } });
      await page.setContent('<div id="sheet"></div>');
      await page.addScriptTag({ content: script });
      await page.addStyleTag({ content: style(theme) });
      const cards = [...gallery].map(([id, draw]) => ({ id, json: JSON.stringify(draw()) }));
      // The page's own script: kept as text, because this project has no DOM types.
      await page.evaluate(`for (const { id, json } of ${JSON.stringify(cards)}) {
        const card = new AdaptiveCards.AdaptiveCard();
        card.hostConfig = new AdaptiveCards.HostConfig(${JSON.stringify(host(theme))});
        card.parse(JSON.parse(json));
        const box = document.createElement('div');
        box.innerHTML = '<div class="name">' + id + '</div><div class="card" id="' + id + '" style="width:${width}px"></div>';
        box.lastChild.appendChild(card.render());
        document.getElementById('sheet').appendChild(box);
      }`);
      for (const { id } of cards)
        await page.locator(`[id="${id}"]`).screenshot({ path: `${out}${id}.${name}.${width}.png` });
      await page.screenshot({ path: `${out}sheet.${name}.${width}.png`, fullPage: true });
      await page.close();
    }
  console.log(`${gallery.size} samples, light and dark, 320 and 900 px: ${out}`);
} finally {
  await browser.close();
}
