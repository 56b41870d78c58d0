/** Blank-looking characters outside the Unicode category "other" that can hide or reorder text. */
const invisible = /\u034F|[\u115F\u1160\u3164\uFFA0]|\u17B4|\u17B5|\p{Variation_Selector}/gu;
const host = /[\p{L}\p{N}_-]+(?:[.\u3002\uFF0E\uFF61][\p{L}\p{N}_-]+)+/gu;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Caps a text by what a reader counts as one character, and by raw length against stacked marks. */
function cap(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  let count = 0;
  for (const { segment } of segmenter.segment(text.slice(0, max * 8))) {
    if (count === max - 1) return `${kept.trimEnd()}…`;
    kept += segment;
    count += 1;
  }
  return kept;
}

/**
 * Removes control, bidirectional and zero-width characters, stacked marks beyond three, and runs of white space, and
 * caps at `max` graphemes; the template language's own mark is broken. Every text bound into a template passes here.
 */
export function clean(text: string, max = 600): string {
  const flat = text
    .slice(0, max * 10)
    .replace(/\s+/gu, ' ')
    .replace(/\p{C}/gu, '')
    .replace(invisible, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\s+/gu, ' ')
    .replaceAll('${', '$ {')
    .trim();
  return cap(flat, max);
}

const isHost = (token: string): boolean => {
  const labels = token.split(/[.\u3002\uFF0E\uFF61]/u);
  const last = labels.at(-1) ?? '';
  return (/\p{L}/u.test(last) && last.length > 1) || (labels.length === 4 && labels.every((l) => /^\d+$/.test(l)));
};

/**
 * Text from outside (subjects, senders, names, file names) made fit for a TextRun: cleaned, capped at `max` graphemes,
 * hosts written as contoso[.]example and schemes broken, so that no client turns them into links.
 */
export function plain(text: string, max = 200): string {
  const defanged = clean(text, max)
    .replace(/:\/\//g, '[:]//')
    .replace(host, (token) => (isHost(token) ? token.replace(/[.\u3002\uFF0E\uFF61]/gu, '[.]') : token));
  return cap(defanged, max);
}
