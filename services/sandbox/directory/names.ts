/** Given names and surnames by region. Display names keep their letters; addresses use {@link asciiLocalPart}. */
export const nameRegions: readonly { readonly given: readonly string[]; readonly surnames: readonly string[] }[] = [
  {
    given: ['Mia', 'Jonas', 'Lena', 'Tobias', 'Jürgen', 'Käthe', 'Björn', 'Anneliese', 'Felix', 'Sören'],
    surnames: ['Müller', 'Schröder', 'Weiß', 'Becker', 'Krüger', 'Hoffmann', 'Lindström', 'Köhler', 'Vogel', 'Groß'],
  },
  {
    given: ['Tom', 'Olivia', 'Grace', 'Noah', 'Siobhán', 'Callum', 'Emily', 'Harry', 'Aoife', 'Marcus'],
    surnames: ['Ek', 'Carter', 'O’Brien', 'Walsh', 'Bennett', 'Murphy', 'Turner', 'Hughes', 'Fletcher', 'Reid'],
  },
  {
    given: ['José', 'Inés', 'Lucía', 'Andrés', 'Beatriz', 'Íñigo', 'Sofía', 'Mateo', 'Nuño', 'Ángela'],
    surnames: ['García', 'Núñez', 'Ibáñez', 'Ferrer', 'Peña', 'Morales', 'Castaño', 'Vázquez', 'Ortega', 'Muñoz'],
  },
  {
    given: ['Łukasz', 'Agnieszka', 'Zofia', 'Stanisław', 'Jiří', 'Šárka', 'Ondřej', 'Katarína', 'Márk', 'Zsófia'],
    surnames: ['Wójcik', 'Kowalski', 'Nováková', 'Dvořák', 'Šimek', 'Żak', 'Horváth', 'Szabó', 'Łęcki', 'Černý'],
  },
  {
    given: ['Aylin', 'Emre', 'Yusuf', 'Layla', 'Omar', 'Noor', 'Hüseyin', 'Şebnem', 'Karim', 'Dalia'],
    surnames: ['Yılmaz', 'Öztürk', 'Haddad', 'Şahin', 'Nasser', 'Çelik', 'Farah', 'Aydın', 'Mansour', 'Khalil'],
  },
  {
    given: ['Priya', 'Arjun', 'Wei', 'Mei-Ling', 'Haruto', 'Yuki', 'Minh', 'Thảo', 'Sanjay', 'Ananya'],
    surnames: ['Sharma', 'Iyer', 'Chen', 'Nakamura', 'Nguyễn', 'Trần', 'Patel', 'Kim', 'Wang', 'Satō'],
  },
];

const replacements: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  Ø: 'o',
  ł: 'l',
  Ł: 'l',
  ı: 'i',
  đ: 'd',
  æ: 'ae',
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
};

/** The ASCII local part of an address for a name: `Jürgen`, `Weiß` → `juergen.weiss`. */
export function asciiLocalPart(given: string, surname: string): string {
  const plain = (name: string): string =>
    [...name.normalize('NFC').toLowerCase()]
      .map((letter) => replacements[letter] ?? letter)
      .join('')
      .normalize('NFD')
      .replace(/[^a-z0-9-]/g, '');
  return `${plain(given)}.${plain(surname)}`;
}
