import { sourceAddress } from './cast.ts';
import {
  type Draft,
  freemail,
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
} from './draft.ts';
import { domainOf, type GroundTruth } from './message.ts';
import { localPart, lookalikeDomain } from './names.ts';
import type { TrafficKind } from './profile.ts';
import * as subjects from './subjects.ts';

/** Writes wanted mail that looks like impersonation, spoof or spam: the false positives. */
export function writeLookalike(draft: Draft, kind: GroundTruth, scene: Scene): void {
  const { chance, cast, profile } = scene;
  // Only where evidence shall fail do the same mistakes come from ever new senders and reach priority accounts.
  const fresh = profile === 'fail';
  const n = fresh ? chance.below(9_000_000) : chance.below(3);
  const ip = sourceAddress(12_000 + (n % 7000));
  draft.recipients = recipientsFrom(scene, 0.1, fresh ? cast.mailboxes : cast.staff);
  if (!fresh) draft.recipients = draft.recipients.slice(0, 1);
  draft.firstContact = true;
  draft.subject = subjectFrom(chance, subjects.businessSubjects);
  const domain = strangerDomain(n);
  const boss = cast.executives[chance.below(cast.executives.length)];
  const bossName = boss?.displayName ?? 'Director';
  switch (kind) {
    case 'legit-private-address':
      sentBy(
        draft,
        bossName,
        `${localPart(bossName)}${n % 4000}@${chance.pick(freemail, 'freemail.example')}`,
        ip,
        signed('freemail.example', 'none'),
      );
      draft.recipients = draft.recipients.filter((r) => r !== boss?.mail.toLowerCase());
      draft.subject = subjectFrom(chance, ['Fwd: holiday photos', 'Boarding pass', 'Fwd: from my private account #']);
      return;
    case 'legit-ticket-system':
      sentBy(draft, bossName, `ticket+${n % 9000}@desk.${domain}`, ip, signed(`desk.${domain}`, 'quarantine'));
      draft.subject = subjectFrom(chance, ['[Ticket #] updated', 'Task # was assigned to you']);
      return;
    case 'legit-sister-company': {
      const own = chance.pick(cast.ownDomains, 'contoso.example');
      const sister = lookalikeDomain(own, 1, fresh ? `group-${(n % 1296).toString(36)}` : 'group');
      sentBy(draft, strangerName(chance), `office${n % 40}@${sister}`, ip, signed(sister, 'reject'));
      draft.resemblesDomain = own;
      return;
    }
    case 'legit-supplier': {
      const own = chance.pick(cast.ownDomains, 'contoso.example');
      const supplier = lookalikeDomain(own, 1, fresh ? `parts-${(n % 46_656).toString(36)}` : 'parts');
      sentBy(draft, strangerName(chance), `sales@${supplier}`, ip, signed(supplier, 'none'));
      draft.resemblesDomain = own;
      return;
    }
    case 'legit-contact-name': {
      const contact = chance.pick(cast.partners, nobody);
      sentBy(draft, contact.name, `${localPart(contact.name)}.new${n % 9000}@${domain}`, ip, signed(domain, 'none'));
      draft.resemblesContact = true;
      draft.subject = subjectFrom(chance, ['My new address', 'I have changed company', 'Re: Delivery #']);
      return;
    }
    case 'legit-unsigned':
      // A service that sends in the name of a firm which never listed it in SPF.
      sentBy(draft, strangerName(chance), `service${n % 900}@${domain}`, ip, spoofed('none', false));
      draft.mailFrom = `bounces@mailer${n % 9}.example`;
      return;
    default:
      sentBy(draft, strangerName(chance), `${localPart(strangerName(chance))}@${domain}`, ip, signed(domain, 'none'));
      draft.engine = chance.happens(0.7) ? 'spam' : 'phish';
      draft.engineMethod = draft.engine === 'spam' ? 'General filter' : 'Advanced filter';
  }
}

/** Writes everyday mail: business, newsletters, simulations, devices, colleagues, mail to outside. */
export function writeOrdinary(draft: Draft, kind: TrafficKind, scene: Scene): void {
  const { chance, cast } = scene;
  switch (kind) {
    case 'newsletter': {
      const publisher = cast.publishers[chance.below(cast.publishers.length)];
      sentBy(
        draft,
        publisher?.name ?? 'News',
        publisher?.address ?? nobody.address,
        publisher?.ip ?? nobody.ip,
        signed(domainOf(publisher?.address ?? nobody.address), 'none'),
      );
      draft.bcl = publisher?.bcl ?? 3;
      draft.recipients = recipientsFrom(scene, 0.05, cast.mailboxes);
      draft.subject = subjectFrom(chance, subjects.newsletterSubjects);
      draft.urls = [`https://${domainOf(draft.from)}/read/${chance.hex(6)}`];
      return;
    }
    case 'simulation':
      sentBy(draft, 'IT Helpdesk', 'helpdesk@simulation-training.example', '198.19.250.10', spfOnly);
      draft.recipients = recipientsFrom(scene, 0, cast.mailboxes);
      draft.subject = subjectFrom(chance, subjects.phishSubjects);
      draft.urls = [`https://simulation-training.example/${chance.hex(8)}`];
      draft.engine = 'hc-phish';
      draft.engineMethod = 'URL malicious reputation';
      return;
    case 'direct-send': {
      const own = chance.pick(cast.ownDomains, 'contoso.example');
      sentBy(
        draft,
        chance.pick(['Scanner 3', 'ERP', 'UPS monitor'], 'ERP'),
        `${chance.pick(['scanner3', 'erp', 'ups'], 'erp')}@${own}`,
        '198.19.240.20',
        { ...spfOnly, compauth: 'pass', reason: '100' },
      );
      draft.recipients = recipientsFrom(scene, 0, cast.mailboxes);
      draft.subject = subjectFrom(chance, ['Scan #', 'Backup # finished']);
      draft.direct = true;
      return;
    }
    case 'intra':
    case 'outbound': {
      const sender = cast.mailboxes[chance.below(cast.mailboxes.length)];
      if (sender === undefined) return;
      sentBy(draft, sender.displayName, sender.mail, '', { ...spfOnly, reason: '100' });
      draft.senderObjectId = sender.id;
      draft.direction = kind === 'intra' ? 'Intra-org' : 'Outbound';
      const team = cast.byDepartment.get(sender.department) ?? cast.mailboxes;
      if (kind === 'intra') {
        const others = recipientsFrom(scene, 0.25, chance.happens(0.6) ? team : cast.mailboxes);
        draft.recipients = others.filter((r) => r !== draft.from);
      } else draft.recipients = [chance.pick(cast.partners, nobody).address];
      draft.subject = subjectFrom(chance, subjects.colleagueSubjects);
      draft.direct = true;
      return;
    }
    default: {
      const partner = chance.pick(cast.partners, nobody);
      sentBy(
        draft,
        partner.name,
        partner.address,
        partner.ip,
        partner.signs ? signed(partner.domain, partner.dmarcPolicy) : spfOnly,
      );
      draft.recipients = recipientsFrom(scene, 0.15, cast.mailboxes);
      draft.subject = subjectFrom(chance, subjects.businessSubjects);
      draft.firstContact = chance.happens(0.03);
      if (chance.happens(0.3)) draft.urls = [`https://${partner.domain}/doc/${chance.hex(6)}`];
      if (chance.happens(0.25))
        draft.attachments = [
          {
            name: `document-${chance.below(999)}.pdf`,
            sha256: chance.hex(64),
            size: 40_000 + chance.below(900_000),
            malicious: false,
            known: false,
          },
        ];
    }
  }
}
