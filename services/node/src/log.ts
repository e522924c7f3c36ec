import { type DestinationStream, type Logger, pino } from 'pino'

/** Members that may hold a secret or something personal, wherever they stand in a logged object (to the third level). */
const hidden = [
  'authorization', 'cookie', 'signature', 'password', 'secret', 'apiKey', 'adminToken', 'token', 'privateKey', 'privateKeyPem', 'databaseUrl', 'queueUrl', 'secrets',
  'data', 'key', 'businessKey', 'value', 'fix', 'salts', 'openText', 'namedText', 'sealedText', 'open_text', 'named_text', 'sealed_text', 'responsible', 'enteredBy', 'entered_by', 'envelope',
]

/**
 * The node's logger: one JSON object a line on standard output.
 * Errors are reduced to type, message, code and stack: the driver's `detail` and `where` quote row values, which may be personal.
 */
export function createLog(options: { level: string; node: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: { node: options.node },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorForLog },
      redact: { paths: hidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*[*].${name}`]), censor: '[hidden]' },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  )
}

/** What of an error may stand in the log; follows `cause` to the fourth. */
export function errorForLog(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? '[not an error]' : String(error).slice(0, 500)
  const { code, severity, constraint, table, routine } = error as Error & Record<string, unknown>
  return {
    type: error.name,
    message: hideCredentials(error.message),
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { severity, constraint, table, routine }),
    stack: hideCredentials(error.stack ?? ''),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: errorForLog(error.cause, depth + 1) }),
  }
}

/** A connection string in a message loses its password, and an API key its body. */
export function hideCredentials(text: string): string {
  return text.replace(/(\b[a-z]+:\/\/[^\s:/@]*:)[^\s@/]+@/gi, '$1[hidden]@').replace(/\bhj_[A-Za-z0-9_-]{10,}/g, 'hj_[hidden]')
}
