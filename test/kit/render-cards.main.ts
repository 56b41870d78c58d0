import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { gallery } from './render-gallery.ts';

/**
 * Draws every sample of every card, light and dark, 320 and 900 px wide, into screenshots/, with contact sheets of a few
 * cards each. `--only approval,status` draws some; `--pictures` draws the README's three into test/cards/pictures/.
 */
const { values: options } = parseArgs({
  options: { only: { type: 'string', default: '' }, pictures: { type: 'boolean', default: false } },
});
const dist = createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js');
const script = readFileSync(dist, 'utf8');
const css = readFileSync(dist.replace('.min.js', '.css'), 'utf8');
const folder = (name: string): string => new URL(`../../${name}/`, import.meta.url).pathname;
const out = options.pictures ? folder('test/cards/pictures') : folder('screenshots');
if (!options.pictures && options.only === '') rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const themes = {
  light: {
    page: '#f5f5f5',
    card: '#ffffff',
    text: '#242424',
    subtle: '#616161',
    line: '#e0e0e0',
    accent: '#5b5fc7',
    good: '#0e700e',
    warning: '#8a5a00',
    attention: '#b10e1c',
    boxes: { emphasis: '#f5f5f5', accent: '#ebebfa', good: '#e7f2da', warning: '#fbf6d9', attention: '#fcf4f6' },
  },
  dark: {
    page: '#141414',
    card: '#292929',
    text: '#ffffff',
    subtle: '#adadad',
    line: '#3d3d3d',
    accent: '#9ea2ff',
    good: '#92c353',
    warning: '#f8d22a',
    attention: '#ff99a4',
    boxes: { emphasis: '#1f1f1f', accent: '#2f2f4a', good: '#0d2e0d', warning: '#463100', attention: '#3b1519' },
  },
};
type Theme = (typeof themes)['light'];
type ThemeName = keyof typeof themes;
const pair = (c: string, subtle = c) => ({ default: c, subtle });
const container = (t: Theme, backgroundColor: string) => ({
  backgroundColor,
  foregroundColors: {
    default: pair(t.text, t.subtle),
    accent: pair(t.accent),
    good: pair(t.good),
    warning: pair(t.warning),
    attention: pair(t.attention),
  },
});
const host = (t: Theme) => ({
  fontFamily: '"Segoe UI", "Liberation Sans", sans-serif',
  spacing: { small: 4, default: 8, medium: 12, large: 20, extraLarge: 28, padding: 12 },
  separator: { lineThickness: 1, lineColor: t.line },
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
    default: container(t, t.card),
    ...Object.fromEntries(Object.entries(t.boxes).map(([name, colour]) => [name, container(t, colour)])),
  },
});
const style = (t: Theme) => `${css}
body{margin:0;background:${t.page};color:${t.text};font:14px "Segoe UI","Liberation Sans",sans-serif}
.sheet{display:flex;gap:16px;padding:16px;align-items:flex-start;width:max-content}
.card{background:${t.card};border:1px solid ${t.line};border-radius:6px;overflow:hidden}
.name{font-size:11px;color:${t.subtle}}
.ac-container[style*="background-color"]{border-radius:4px}
.ac-pushButton{background:transparent;color:${t.text};border:1px solid ${t.subtle};border-radius:4px;padding:5px 12px;font:600 14px "Segoe UI","Liberation Sans";margin-bottom:4px}
.ac-pushButton.style-positive{background:#4f52b2;color:#fff;border-color:#4f52b2}.ac-pushButton.style-destructive{background:transparent;color:${t.attention};border-color:${t.attention}}
.ac-input{background:${t.page};color:${t.text};border:1px solid ${t.subtle};border-radius:4px;padding:5px;box-sizing:border-box;width:100%;font:14px "Segoe UI","Liberation Sans"}`;

const wanted = options.only === '' ? [] : options.only.split(',');
const all = [...gallery.keys()].filter((id) => wanted.length === 0 || wanted.some((w) => id.startsWith(w)));
const pictures: Readonly<Record<string, readonly string[]>> = {
  'light.320': ['approval.full'],
  'dark.320': ['status.full'],
  'light.900': ['review.picture'],
};

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

/** Draws cards side by side; returns the page. */
async function sheet(ids: readonly string[], theme: Theme, width: number) {
  const page = await browser.newPage({
    viewport: { width: ids.length * (width + 18) + 32, height: 600 },
    deviceScaleFactor: options.pictures ? 2 : 1,
  });
  await page.setContent('<div class="sheet"></div>');
  await page.addScriptTag({ content: script });
  await page.addStyleTag({ content: style(theme) });
  const cards = ids.map((id) => ({ id, json: JSON.stringify(gallery.get(id)?.()) }));
  // The page's own script: kept as text, because this project has no DOM types.
  await page.evaluate(`for (const { id, json } of ${JSON.stringify(cards)}) {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(${JSON.stringify(host(theme))});
    card.parse(JSON.parse(json));
    const box = document.createElement('div');
    box.innerHTML = '<div class="name">' + id + '</div><div class="card" id="' + id + '" style="width:${width}px"></div>';
    box.lastChild.appendChild(card.render());
    document.querySelector('.sheet').appendChild(box);
  }`);
  return page;
}

try {
  for (const name of ['light', 'dark'] as const satisfies readonly ThemeName[])
    for (const width of [320, 900]) {
      const ids = options.pictures ? (pictures[`${name}.${width}`] ?? []) : all;
      const each = width === 320 ? 4 : 2;
      for (let from = 0; from < ids.length; from += each) {
        const some = ids.slice(from, from + each);
        const page = await sheet(some, themes[name], width);
        for (const id of some) {
          const file = options.pictures ? id.split('.')[0] : id;
          await page.locator(`[id="${id}"]`).screenshot({ path: `${out}${file}.${name}.${width}.png` });
        }
        if (!options.pictures) {
          const number = String(from / each + 1).padStart(2, '0');
          await page.screenshot({ path: `${out}sheet-${number}.${name}.${width}.png`, fullPage: true });
        }
        await page.close();
      }
    }
  console.log(
    options.pictures ? `3 pictures: ${out}` : `${all.length} samples, light and dark, 320 and 900 px: ${out}`,
  );
} finally {
  await browser.close();
}
