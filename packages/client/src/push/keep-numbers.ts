interface RawJson {
  rawJSON(text: string): unknown
}

/** A reviver that keeps numbers as they were written, so that what is shown of a record is what was sent. */
export function keepNumbers(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
    ? (JSON as unknown as RawJson).rawJSON(context.source)
    : value
}
