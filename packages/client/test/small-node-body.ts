import { Problem } from '@huijiao/problem'

/**
 * Envelope and records of a body; a line that is not JSON comes as undefined.
 * @throws Problem json-malformed
 */
export function readSubmission(decoded: Buffer, type: string): { envelope: Record<string, unknown>; lines: unknown[] } {
  const fault = (error: unknown) => new Problem('json-malformed', { zh: String(error), en: String(error) })
  try {
    if (type.startsWith('application/json')) {
      const { records, ...envelope } = JSON.parse(decoded.toString()) as Record<string, unknown>
      return { envelope, lines: records as unknown[] }
    }
    const [first, ...rest] = decoded
      .toString()
      .split('\n')
      .filter((line) => line.trim() !== '')
    return { envelope: JSON.parse(first ?? '') as Record<string, unknown>, lines: rest.map((line) => tryParse(line)) }
  } catch (error) {
    throw fault(error)
  }
}

function tryParse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
