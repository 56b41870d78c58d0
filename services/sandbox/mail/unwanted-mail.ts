import { sourceAddress } from './cast.ts';
import {
  type Draft,
  freemail,
  freshNumber,
  nobody,
  recipientsFrom,
  type Scene,
  sentBy,
  signed,
  spfOnly,
  spoofed,
  strangerDomain,
  strangerName,
  subjectFrom,
  unauthenticated,
} from './draft.ts';
import type { GroundTruth } from './message.ts';
import { disguise, localPart, lookalikeDomain } from './names.ts';
import * as subjects from './subjects.ts';

/** Writes a message that nobody wants: spam, phishing, malware, spoof or impersonation. */
export function writeBad(draft: Draft, kind: GroundTruth, scene: Scene): void {
  const { chance, cast } = scene;
  const n = freshNumber(scene, 14);
  const domain = strangerDomain(n);
  const ip = sourceAddress(30_000 + (n % 90_000));
  draft.recipients = recipientsFrom(scene, 0.08, chance.happens(0.3) ? cast.targets : cast.mailboxes);
  draft.firstContact = true;
  draft.country = chance.pick(['US', 'NL', 'RU', 'BR', 'VN', 'NG', 'DE'], 'US');
  draft.language = chance.pick(['en', 'de', 'fr', 'ru'], 'en');
  const link = `https://${domain}/${chance.hex(8)}`;
  switch (kind) {
    case 'spam':
    case 'hc-spam':
      sentBy(
        draft,
        strangerName(chance),
        `offer${n % 999}@${domain}`,
        ip,
        chance.happens(0.6) ? spfOnly : unauthenticated,
      );
      draft.subject = subjectFrom(chance, subjects.spamSubjects);
      draft.engine = chance.happens(0.94) ? kind : 'none';
      draft.engineMethod = chance.pick(
        ['General filter', 'IP reputation', 'Fingerprint matching', 'Domain reputation'],
        'General filter',
      );
      draft.bcl = chance.below(8);
      draft.urls = [link];
      return;
    case 'phish':
    case 'hc-phish':
      sentBy(
        draft,
        chance.pick(['IT Service', 'Mail Admin', 'DocuShare', strangerName(chance)], 'IT Service'),
        `service${n % 99}@${domain}`,
        ip,
        chance.happens(0.5) ? spfOnly : unauthenticated,
      );
      draft.subject = subjectFrom(chance, subjects.phishSubjects);
      draft.engine = chance.happens(0.92) ? kind : 'none';
      draft.phishLevel = kind === 'hc-phish' || chance.happens(0.7) ? 1 : 2 + chance.below(2);
      draft.engineMethod = chance.pick(
        ['URL malicious reputation', 'Advanced filter', 'URL detonation', 'LLM content analysis'],
        'Advanced filter',
      );
      draft.urls = [`https://${domain}/login/${chance.hex(10)}`];
      draft.zapMinutes = draft.engine === 'none' && chance.happens(0.6) ? 30 + chance.below(300) : 0;
      return;
    case 'malware':
      sentBy(draft, strangerName(chance), `billing${n % 99}@${domain}`, ip, spfOnly);
      draft.subject = subjectFrom(chance, ['Invoice # attached', 'Scan #', 'Payment advice #']);
      draft.attachments = [
        {
          name: chance.pick(['invoice.iso', 'scan.js', 'advice.xlsm', 'order.zip'], 'order.zip'),
          sha256: chance.hex(64),
          size: 20_000 + chance.below(400_000),
          malicious: true,
          known: chance.happens(0.8),
        },
      ];
      draft.zapMinutes = 60 + chance.below(240);
      return;
    case 'spoof-external': {
      const partner = chance.pick(cast.partners, nobody);
      // The envelope differs from message to message, the visible sender is a partner's.
      sentBy(
        draft,
        partner.name,
        scene.profile === 'inconclusive'
          ? partner.address
          : `${localPart(strangerName(chance))}${chance.below(90)}@${partner.domain}`,
        ip,
        spoofed(partner.dmarcPolicy, false),
      );
      draft.mailFrom = `bounce@${domain}`;
      draft.subject = subjectFrom(chance, subjects.phishSubjects);
      draft.urls = [link];
      return;
    }
    case 'spoof-own': {
      const own = chance.pick(cast.ownDomains, 'contoso.example');
      sentBy(
        draft,
        chance.pick(['HR', 'IT Service', 'Scanner', 'Payroll'], 'HR'),
        `${chance.pick(['hr', 'it', 'scanner', 'payroll', 'admin'], 'hr')}${n % 60}@${own}`,
        ip,
        spoofed('', true),
      );
      draft.mailFrom = `x${n % 999}@${domain}`;
      draft.subject = subjectFrom(chance, subjects.phishSubjects);
      draft.urls = [link];
      return;
    }
    case 'user-impersonation': {
      const victim = cast.executives[chance.below(cast.executives.length)];
      const name = victim?.displayName ?? 'Director';
      const shown = chance.pick([name, name, disguise(name), `${name} (CEO)`], name);
      sentBy(
        draft,
        shown,
        `${localPart(name)}.${(n % 46_656).toString(36)}@${chance.pick(freemail, 'freemail.example')}`,
        ip,
        signed('freemail.example', 'none'),
      );
      draft.recipients = draft.recipients.filter((r) => r !== victim?.mail.toLowerCase());
      draft.subject = subjectFrom(chance, subjects.impersonatorSubjects);
      return;
    }
    case 'domain-impersonation': {
      const own = chance.happens(0.75);
      const model = own
        ? chance.pick(cast.ownDomains, 'contoso.example')
        : (cast.partners[chance.below(8)]?.domain ?? 'contoso.example');
      const fake = lookalikeDomain(model, n, (n % 46_656).toString(36));
      sentBy(
        draft,
        chance.pick(['Accounts', 'Purchasing', strangerName(chance)], 'Accounts'),
        `accounts@${fake}`,
        ip,
        chance.happens(0.5) ? signed(fake, 'none') : spfOnly,
      );
      draft.resemblesDomain = model;
      draft.subject = subjectFrom(chance, subjects.impersonatorSubjects);
      return;
    }
    case 'contact-impersonation': {
      const contact = chance.pick(cast.partners, nobody);
      sentBy(
        draft,
        contact.name,
        `${localPart(contact.name)}.${(n % 46_656).toString(36)}@${chance.pick(freemail, 'freemail.example')}`,
        ip,
        signed('freemail.example', 'none'),
      );
      draft.resemblesContact = true;
      draft.subject = subjectFrom(chance, subjects.impersonatorSubjects);
      return;
    }
    case 'brand':
      sentBy(
        draft,
        chance.pick(['Micr0soft 365', 'Parcel Service', 'Your Bank'], 'Parcel Service'),
        `notice${n % 99}@${domain}`,
        ip,
        spfOnly,
      );
      draft.subject = subjectFrom(chance, subjects.phishSubjects);
      draft.engine = chance.happens(0.92) ? 'phish' : 'none';
      draft.engineMethod = 'Impersonation brand';
      draft.urls = [link];
      return;
    default:
      return;
  }
}
