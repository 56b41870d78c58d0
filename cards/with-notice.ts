import { type Card, type Element, fitted } from './frame.ts';
import { plain } from './untrusted.ts';

/**
 * A card with a refusal on top: what happened, what to do, and below it how things stand. A click on an old card is
 * answered so.
 */
export function withNotice(card: Card, notice: { readonly what: string; readonly next: string }): Card {
  const top: Element = {
    type: 'Container',
    style: 'attention',
    bleed: true,
    items: [
      { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: plain(notice.what, 300), weight: 'Bolder' }] },
      { type: 'RichTextBlock', spacing: 'Small', inlines: [{ type: 'TextRun', text: plain(notice.next, 300) }] },
    ],
  };
  return fitted({ ...card, body: [top, ...card.body] });
}
