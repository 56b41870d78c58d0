import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import restify from 'restify';

/** The yardstick: what botbuilder and restify cost by themselves, with authentication off. Echoes, and answers clicks. */
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
const server = restify.createServer();
server.use(restify.plugins.bodyParser());
server.post('/api/messages', async (request: restify.Request, response: restify.Response): Promise<void> => {
  await adapter.process(request, response, async (context) => {
    if (context.activity.type !== 'invoke') await context.sendActivity(`You said ${context.activity.text}`);
    else
      await context.sendActivity({
        type: 'invokeResponse',
        value: {
          status: 200,
          body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'ok' },
        },
      });
  });
});
server.listen(Number(process.env['PORT']), '127.0.0.1', () => process.stdout.write('ready\n'));
process.once('SIGINT', () => process.exit(0));
