/**
 * Stands in for `adaptivecards/src/schema`, which the typings of adaptivecards-templating import as source and which no
 * strict project compiles. Only the names matter: cards are typed by `cards/frame.ts`.
 */
export interface IAdaptiveCard {
  readonly type: 'AdaptiveCard';
  readonly [field: string]: unknown;
}
