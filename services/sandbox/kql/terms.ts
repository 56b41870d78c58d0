const ALNUM = /[\p{L}\p{N}]/u;

/** Whether the UTF-16 unit at `at` belongs to a term, that is, is a letter or digit. Outside the text it does not. */
function isTermChar(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (Number.isNaN(code)) return false;
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
  return (code >= 0xd800 && code <= 0xdfff) || ALNUM.test(text.charAt(at));
}

/** Which ends of a hit must fall on a term boundary. */
export type Ends = 'both' | 'start' | 'end';

/**
 * Kusto's term search: whether `needle` stands in `text` as whole terms (maximal runs of letters and digits).
 * Case-sensitive: fold both sides first for `has`. An end of the needle that is itself no letter or digit needs no boundary.
 * An empty needle is found everywhere. `start` is `hasprefix`, `end` is `hassuffix`.
 */
export function hasTerm(text: string, needle: string, ends: Ends = 'both'): boolean {
  if (needle === '') return true;
  const checkStart = ends !== 'end' && isTermChar(needle, 0);
  const checkEnd = ends !== 'start' && isTermChar(needle, needle.length - 1);
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    if (checkStart && isTermChar(text, at - 1)) continue;
    if (checkEnd && isTermChar(text, at + needle.length)) continue;
    return true;
  }
  return false;
}
