/** Given names of people outside the organisation. */
export const givenNames = [
  'Ada',
  'Bram',
  'Chiara',
  'Dmitri',
  'Elif',
  'Farid',
  'Greta',
  'Hugo',
  'Ines',
  'Jorge',
  'Kaisa',
  'Łukasz',
  'Mireille',
  'Niamh',
  'Olu',
  'Petra',
  'Quentin',
  'Rasmus',
  'Søren',
  'Tove',
  'Ulrike',
  'Vikram',
  'Wanda',
  'Ximena',
  'Yusuf',
  'Zoë',
] as const;

/** Surnames of people outside the organisation. */
export const surnames = [
  'Abel',
  'Bakker',
  'Castellano',
  'Dąbrowski',
  'Eriksen',
  'Fontaine',
  'Grünwald',
  'Hofer',
  'Ivanova',
  'Jansson',
  'Kovács',
  'Lindqvist',
  'Moreau',
  'Nakamura',
  "O'Dwyer",
  'Pereira',
  'Quist',
  'Rossi',
  'Sørensen',
  'Thorne',
  'Urbán',
  'Vasile',
  'Whitlock',
  'Yıldız',
  'Zellweger',
] as const;

/** First parts of company names. */
export const companyStems = [
  'alpenstahl',
  'baltic-freight',
  'cobalt-tools',
  'delta-print',
  'elmwood',
  'fjordline',
  'granit-bau',
  'harbor-legal',
  'isar-optik',
  'juniper-seeds',
  'kestrel-audit',
  'lumen-light',
  'meridian-rent',
  'nordwerk',
  'orchard-foods',
  'pinnacle-hr',
  'quarry-stone',
  'rheinpack',
  'solent-marine',
  'tessera-it',
  'umbra-glass',
  'vector-cad',
  'westgate',
  'yarrow-care',
  'zenit-labor',
] as const;

/** Second parts of company names. */
export const companyTails = ['group', 'services', 'trading', 'partners', 'systems', 'logistics'] as const;

const homoglyphs: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  х: 'x',
  і: 'i',
  ѕ: 's',
  к: 'k',
  м: 'm',
  т: 't',
  в: 'b',
  н: 'h',
  α: 'a',
  ο: 'o',
  ι: 'i',
  ν: 'v',
  ł: 'l',
  ø: 'o',
  ı: 'i',
  '0': 'o',
  '1': 'l',
};

const known = new Map<string, string>();

/**
 * The form under which two display names count as alike: lower case, without accents, suffixes in brackets,
 * punctuation and control characters, homoglyphs replaced, words in alphabetical order.
 */
export function nameKey(displayName: string): string {
  const cached = known.get(displayName);
  if (cached !== undefined) return cached;
  let text = '';
  for (const ch of displayName
    .replace(/[([].*?[)\]]/g, ' ')
    .toLowerCase()
    .normalize('NFKD')) {
    const plain = homoglyphs[ch] ?? ch;
    if (/[a-z]/.test(plain)) text += plain;
    else if (/[\s,.\-_]/.test(plain)) text += ' ';
  }
  const key = text
    .split(' ')
    .filter((w) => w !== '')
    .sort()
    .join(' ');
  if (known.size > 20_000) known.clear();
  known.set(displayName, key);
  return key;
}

const disguises: Readonly<Record<string, string>> = { a: 'а', e: 'е', o: 'о', p: 'р', c: 'с' };

/** A display name with one Latin letter exchanged for a Cyrillic one that looks the same. */
export function disguise(displayName: string): string {
  for (let i = 1; i < displayName.length; i++) {
    const other = disguises[displayName.charAt(i)];
    if (other !== undefined) return displayName.slice(0, i) + other + displayName.slice(i + 1);
  }
  return displayName;
}

/** A mailbox name from a person's name: ASCII, dots between words. */
export function localPart(displayName: string): string {
  const plain = displayName
    .toLowerCase()
    .replace(/ł/g, 'l')
    .replace(/ø/g, 'o')
    .replace(/ı/g, 'i')
    .normalize('NFKD')
    .replace(/[^a-z0-9 ]/g, '')
    .trim()
    .replace(/ +/g, '.');
  return plain === '' ? 'info' : plain;
}

/** A domain that resembles another: a digit for a letter, a doubled letter, an added word or another ending. */
export function lookalikeDomain(domain: string, way: number, word: string): string {
  const dot = domain.indexOf('.');
  const stem = dot < 0 ? domain : domain.slice(0, dot);
  const end = dot < 0 ? '' : domain.slice(dot);
  const at = 1 + (way % Math.max(1, stem.length - 1));
  switch (way % 4) {
    case 0:
      return `${stem.slice(0, at)}${stem.charAt(at) || 'x'}${stem.slice(at)}-${word}${end}`;
    case 1:
      return `${stem}-${word}${end}`;
    case 2:
      return `${stem.replace('o', '0').replace('l', '1')}${word.charAt(0)}-${word}${end}`;
    default:
      return `${word}-${stem}${end}`;
  }
}
