/** A refusal as the service words it: the generic message goes outside, type and text inside. */
export interface Refusal {
  readonly refused: true;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly errorId: string;
  readonly type: string;
  readonly text: string;
}

const invalidOperation = 'Invalid Operation';
const executing = 'Error executing cmdlet';

/** The object does not exist (or has not replicated yet): 404. */
export function notFound(identity: string): Refusal {
  return {
    refused: true,
    status: 404,
    code: 'NotFound',
    message: executing,
    errorId: 'Ex6F9304',
    type: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
    text: `The operation couldn't be performed because object '${identity}' couldn't be found on 'AM6PR05A01DC002.EURPR05A001.PROD.OUTLOOK.COM'.`,
  };
}

/** A parameter that the cmdlet does not have, or a mix that no parameter set allows: 400. */
export function ambiguousParameters(names: readonly string[]): Refusal {
  return {
    refused: true,
    status: 400,
    code: 'BadRequest',
    message: invalidOperation,
    errorId: '',
    type: 'Microsoft.Exchange.AdminApi.CommandInvocation.AmbiguousParameterSetException',
    text: `Parameter set cannot be resolved using the specified named parameters. Invalid cmdlet parameters specified. ${names.join(', ')}`,
  };
}

/** A mandatory parameter is missing: 400. */
export function missingParameters(names: readonly string[]): Refusal {
  return badRequest(
    'System.Management.Automation.ParameterBindingException',
    `Cannot process command because of one or more missing mandatory parameters: ${names.join(' ')}.`,
  );
}

/** A value that the parameter's type cannot take: 400. */
export function badValue(parameter: string, value: unknown, type: string, values: readonly string[] = []): Refusal {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  const advice =
    values.length === 0 ? '' : ` Specify one of the following enumerator names and try again: ${values.join(', ')}`;
  return badRequest(
    'System.Management.Automation.ParameterTransformationException',
    `Cannot process argument transformation on parameter '${parameter}'. Cannot convert value "${shown}" to type "${type}".${values.length === 0 ? '' : ` Error: "Unable to match the identifier name ${shown} to a valid enumerator name.`}${advice}${values.length === 0 ? '' : '"'}`,
    invalidOperation,
  );
}

/** Any other no of a cmdlet: 400 with the exception's type and words. */
export function badRequest(type: string, text: string, message: string = executing): Refusal {
  return {
    refused: true,
    status: 400,
    code: 'BadRequest',
    message,
    errorId: message === invalidOperation ? '' : 'Ex8D2C1A',
    type,
    text,
  };
}

/** An object of that name exists already: 400. */
export function alreadyExists(name: string): Refusal {
  return badRequest(
    'Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException',
    `Active Directory operation failed on AM6PR05A01DC002.EURPR05A001.PROD.OUTLOOK.COM. The object 'CN=${name}' already exists.`,
  );
}

/** The page token is not this client's, or too old: 400. */
export function expiredPage(): Refusal {
  return badRequest(
    'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
    'Expired or Invalid pagination request. Default Expiry time is 00:30:00',
    invalidOperation,
  );
}

/** The error body of InvokeCommand (exchange.md 1.6). */
export function errorBody(refusal: Refusal): Record<string, unknown> {
  return {
    error: {
      code: refusal.code,
      message: refusal.message,
      details: [{ code: 'Client', target: '', message: `${refusal.errorId}|${refusal.type}|${refusal.text}` }],
      innererror: {
        message: refusal.message,
        type: 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
        stacktrace: '',
        internalexception: { message: refusal.text, type: refusal.type, stacktrace: '' },
      },
    },
  };
}
