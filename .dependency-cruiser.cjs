// Import rules of the house. Each comment is the advice that the offender reads.
const core = '^(services/(runbook|approvals|waves|policy|digest|report|settings|tenant)/|cards/)';
const adapters = '^services/(exchange|graph|dns|sandbox|store/(?!store[.]ts$))';
module.exports = {
  forbidden: [
    {
      name: 'R1-no-cycles',
      severity: 'error',
      comment: 'A cycle means two rooms are one. Move the shared type down, or merge.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'R2-services-know-no-chat',
      severity: 'error',
      comment: 'Return data; bot/ turns it into a card.',
      from: { path: '^services/' },
      to: { path: '^(bot|cards|dialogs)/' },
    },
    {
      name: 'R3-sdk-stays-upstairs',
      severity: 'error',
      comment: 'The Bot Framework is retired upstream: only bot/ and dialogs/ may know it.',
      from: { pathNot: '^(bot|dialogs|test)/' },
      to: { path: 'node_modules/(botbuilder|botframework|restify)' },
    },
    {
      name: 'R4-core-does-no-io',
      severity: 'error',
      comment: 'The core decides, the shell acts. Take a value instead.',
      from: { path: core },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util)$' },
    },
    {
      name: 'R5-core-knows-no-adapter',
      severity: 'error',
      comment: 'Ask through services/tenant.',
      from: { path: core },
      to: { path: adapters },
    },
    {
      name: 'R6-cards-take-types-only',
      severity: 'error',
      comment: 'A card draws the view it is given.',
      from: { path: '^cards/' },
      to: { path: '^services/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'R7-cards-know-no-conversation',
      severity: 'error',
      comment: 'Conversations live in bot/ and dialogs/.',
      from: { path: '^cards/' },
      to: { path: '^(bot|dialogs)/' },
    },
    {
      name: 'R8-dialogs-only-ask',
      severity: 'error',
      comment: 'Collect the answer and return it; bot/ acts.',
      from: { path: '^dialogs/' },
      to: { path: '^(bot/|services/)', dependencyTypesNot: ['type-only'], pathNot: '^services/(settings|runbook)/' },
    },
    {
      name: 'R9-steps-stand-alone',
      severity: 'error',
      comment: 'Say the order with `needs`; never import another step.',
      from: { path: '^services/runbook/steps/(?!index[.]ts$)' },
      to: { path: '^services/runbook/steps/' },
    },
    {
      name: 'R10-adapters-meet-in-app',
      severity: 'error',
      comment: 'Live or sandbox is chosen once, in bot/app.ts.',
      from: { pathNot: '^(bot/app[.]ts|bot/[^/]+[.]main[.]ts|test/|services/(exchange|graph|dns|sandbox|store)/)' },
      to: { path: adapters },
    },
    {
      name: 'R11-adapters-are-strangers',
      severity: 'error',
      comment: 'Adapters share the port, not each other.',
      from: { path: '^services/(exchange|graph|dns|store)/' },
      to: { path: '^services/(exchange|graph|dns|sandbox|store)/', pathNot: '^services/$1/' },
    },
    {
      name: 'R12-sandbox-imports-no-service',
      severity: 'error',
      comment: 'The sandbox judges the product: it may not borrow its code.',
      from: { path: '^services/sandbox/' },
      to: { path: '^services/(?!sandbox/)' },
    },
    {
      name: 'R13-tests-are-leaves',
      severity: 'error',
      comment: 'Production must not lean on test/.',
      from: { pathNot: '^(test/|[^/]+[.]config[.]ts$)' },
      to: { path: '^test/' },
    },
    {
      name: 'R14-no-junk-drawers',
      severity: 'error',
      comment: 'Name the room after what it owns.',
      from: {},
      to: {
        path: [
          '/(utils|util|helpers|helper|common|shared|misc|managers|manager)/',
          '/(utils|util|helpers|helper|common|shared|misc)[.]ts$',
        ],
        pathNot: 'node_modules',
      },
    },
    {
      name: 'R15-declared-only',
      severity: 'error',
      comment: 'Add it to package.json.',
      from: { pathNot: '^test/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^dist/' },
  },
};
