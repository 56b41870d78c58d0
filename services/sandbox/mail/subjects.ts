/** Subjects of ordinary mail; `#` becomes a number. */
export const businessSubjects = [
  'Re: Delivery #',
  'Offer # as discussed',
  'Minutes of Tuesday',
  'Invoice # attached',
  'AW: Rückfrage zum Auftrag #',
  'Purchase order #',
  'Shift plan week #',
  'Re: Re: drawings rev #',
  'Contract draft #',
  'Lunch on Thursday?',
  'Tréser: réunion du #',
  'Question about ticket #',
  // Hostile text is normal: Markdown, HTML, bidirectional and control characters in subjects.
  '**Urgent** [click here](http://markdown.example/#) <b>now</b>',
  'Quarterly report \u202Efdp.exe #',
  '=?utf-8?Q?not=20decoded?= `code` #',
  'Ünïcode ✅ Ⅻ 請求書 # ﷽',
] as const;

/** Subjects of newsletters. */
export const newsletterSubjects = [
  'Your weekly digest #',
  'Save 20 % until Sunday',
  'Webinar: what is new in #',
  'News #',
] as const;

/** Subjects of spam. */
export const spamSubjects = [
  'Cheap toner, offer #',
  'You have been selected (#)',
  'SEO ranking for your site #',
  'Re: your loan # approved',
  'Hot ⚡ deal # <script>alert(1)</script>',
] as const;

/** Subjects of phishing. */
export const phishSubjects = [
  'Your mailbox is almost full (#)',
  'Action required: invoice # overdue',
  'Shared document # waiting for you',
  'Voice message 00:# received',
  'Password expires today [renew](https://login.invalid/#)',
] as const;

/** Subjects of people who pose as somebody else. */
export const impersonatorSubjects = [
  'Are you at your desk?',
  'Quick favour',
  'Change of bank details #',
  'Confidential: payment # today',
  'Gift cards for the team',
] as const;

/** Subjects of mail among colleagues. */
export const colleagueSubjects = [
  'Re: budget #',
  'Agenda Monday',
  'Key for room #',
  'Holiday list',
  'Fwd: Offer #',
] as const;
