import type { ExchangeObject } from '../state.ts';
import { badRequest, type Refusal } from './errors.ts';

function priorityOf(object: ExchangeObject): number {
  return typeof object['Priority'] === 'number' ? object['Priority'] : Number.MAX_SAFE_INTEGER;
}

/** A noun's rules in the order in which they are applied: 0 first. */
export function inOrder(objects: readonly ExchangeObject[]): ExchangeObject[] {
  return [...objects].sort((left, right) => priorityOf(left) - priorityOf(right));
}

/** Gives the rules 0, 1, 2, … in their present order, in place. */
export function renumber(objects: ExchangeObject[]): void {
  const ordered = inOrder(objects);
  ordered.forEach((object, index) => {
    object['Priority'] = index;
  });
  objects.splice(0, objects.length, ...ordered);
}

/** Moves a rule to a place and shifts the others; refuses a place that the list does not have. */
export function moveTo(objects: ExchangeObject[], moved: ExchangeObject, place: number): Refusal | undefined {
  const others = inOrder(objects).filter((object) => object !== moved);
  if (place < 0 || place > others.length) {
    return badRequest(
      'System.ArgumentException',
      `The priority must be between 0 and ${others.length}, inclusive. The value ${place} is not valid.`,
    );
  }
  others.splice(place, 0, moved);
  others.forEach((object, index) => {
    object['Priority'] = index;
  });
  objects.splice(0, objects.length, ...others);
  return undefined;
}
