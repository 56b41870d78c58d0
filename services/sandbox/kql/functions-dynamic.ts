import type { Bound } from './bound.ts';
import type { ScalarFunction, Wanted } from './scalar-function.ts';
import { bagOf, dynamicOf, isBag, isList, keyOf, parseJsonText, textOf, type Value } from './values.ts';

const JSON_CACHE = 4096;

function parser(): ScalarFunction {
  return {
    min: 1,
    max: 1,
    wants: ['any'],
    type: 'dynamic',
    make: (args: readonly Bound[]) => {
      const type = args[0]?.type ?? 'string';
      if (type !== 'string') {
        return ([value]) =>
          type === 'dynamic' && typeof value === 'string' ? parseJsonText(value) : dynamicOf(value ?? null, type);
      }
      const known = new Map<string, Value>();
      return ([value], session) => {
        const text = textOf(value ?? null, 'string');
        const seen = known.get(text);
        if (seen !== undefined) return seen;
        session.budget.spend(1 + text.length);
        const parsed = parseJsonText(text);
        if (known.size < JSON_CACHE && text.length < 2048) known.set(text, parsed);
        return parsed;
      };
    },
  };
}

function packer(bag: boolean): ScalarFunction {
  return {
    min: 0,
    max: 512,
    wants: ['any'],
    type: 'dynamic',
    make: (args: readonly Bound[]) => {
      const types = args.map((arg) => arg.type);
      return (values, session) => {
        const items = values.map((value, i) => dynamicOf(value, types[i] ?? 'dynamic'));
        session.budget.value(items);
        if (!bag) return items;
        const entries: [string, Value][] = [];
        for (let i = 0; i + 1 < items.length; i += 2)
          entries.push([textOf(items[i] ?? null, 'dynamic'), items[i + 1] ?? null]);
        return bagOf(entries);
      };
    },
  };
}

function plain(
  count: number,
  wants: readonly Wanted[],
  type: ScalarFunction['type'],
  compute: (args: readonly Value[]) => Value,
): ScalarFunction {
  return {
    min: count,
    max: count,
    wants,
    type,
    make: () => (args, session) => {
      for (const arg of args) session.budget.value(arg);
      return session.budget.value(compute(args));
    },
  };
}

function setOf(values: readonly Value[]): Value[] {
  const seen = new Map<string, Value>();
  for (const value of values) {
    const key = keyOf(value);
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}

const listOr = (value: Value | undefined): readonly Value[] => (value !== undefined && isList(value) ? value : []);

/** Functions over dynamic values. */
export const DYNAMIC_FUNCTIONS: readonly (readonly [string, ScalarFunction])[] = [
  ['parse_json', parser()],
  ['todynamic', parser()],
  ['toobject', parser()],
  ['pack', packer(true)],
  ['bag_pack', packer(true)],
  ['pack_array', packer(false)],
  [
    'array_length',
    plain(1, ['dynamic'], 'long', ([list]) => (list !== undefined && isList(list) ? list.length : null)),
  ],
  [
    'set_has_element',
    plain(2, ['dynamic', 'any'], 'bool', ([list, item]) => {
      if (list === undefined || !isList(list)) return null;
      const key = keyOf(item ?? null);
      return list.some((one) => keyOf(one) === key);
    }),
  ],
  [
    'array_index_of',
    plain(2, ['dynamic', 'any'], 'long', ([list, item]) => {
      const key = keyOf(item ?? null);
      return listOr(list).findIndex((one) => keyOf(one) === key);
    }),
  ],
  ['set_union', plain(2, ['dynamic'], 'dynamic', ([a, b]) => setOf([...listOr(a), ...listOr(b)]))],
  [
    'set_intersect',
    plain(2, ['dynamic'], 'dynamic', ([a, b]) => {
      const keys = new Set(listOr(b).map(keyOf));
      return setOf(listOr(a)).filter((item) => keys.has(keyOf(item)));
    }),
  ],
  [
    'set_difference',
    plain(2, ['dynamic'], 'dynamic', ([a, b]) => {
      const keys = new Set(listOr(b).map(keyOf));
      return setOf(listOr(a)).filter((item) => !keys.has(keyOf(item)));
    }),
  ],
  ['array_concat', plain(2, ['dynamic'], 'dynamic', ([a, b]) => [...listOr(a), ...listOr(b)])],
  [
    'strcat_array',
    {
      min: 2,
      max: 2,
      wants: ['dynamic', 'string'],
      type: 'string',
      make: () => (args, session) =>
        session.budget.text(
          listOr(args[0])
            .map((item) => textOf(item, 'dynamic'))
            .join(textOf(args[1] ?? null, 'string')),
        ),
    },
  ],
  [
    'bag_keys',
    plain(1, ['dynamic'], 'dynamic', ([bag]) => (bag !== undefined && isBag(bag) ? Object.keys(bag) : null)),
  ],
  [
    'bag_has_key',
    plain(2, ['dynamic', 'string'], 'bool', ([bag, key]) =>
      bag !== undefined && isBag(bag) ? Object.hasOwn(bag, textOf(key ?? null, 'string')) : null,
    ),
  ],
  ['dynamic_to_json', plain(1, ['dynamic'], 'string', ([value]) => JSON.stringify(value ?? null))],
];
