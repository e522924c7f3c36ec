import { compileCanonical } from '@huijiao/merkle'
import type { Entity, Privacy } from './model.ts'
import { isPrivateDeveloper } from './privacy.ts'

/** The canonical texts of a record by privacy; null when no field of that class is there. */
export interface SplitTexts {
  readonly open: string
  readonly named: string | null
  readonly sealed: string | null
}

export { isPrivateDeveloper, privacyIn } from './privacy.ts'

type Data = Record<string, unknown>
type Canonicalise = (data: Data) => string

interface Splitter {
  readonly open: Canonicalise
  readonly named: Canonicalise | null
  readonly sealed: Canonicalise | null
}

/** With `private` for a developer who is a private person: the code becomes sealed and the name named (see data/rulings/privacy.json). */
const splitters = new WeakMap<Entity, { readonly usual: Splitter; readonly private: Splitter | null }>()

/**
 * Splits a valid record into its canonical texts (RFC 8785) by privacy. Members that are no fields of the entity are left out.
 * @throws TypeError for values that JSON cannot say or a lone surrogate, which validation refuses before
 */
export function splitRecord(entity: Entity, data: Data): SplitTexts {
  let known = splitters.get(entity)
  if (known === undefined) {
    known = compileSplitters(entity)
    splitters.set(entity, known)
  }
  const splitter = known.private !== null && isPrivateDeveloper(entity, data) ? known.private : known.usual
  return {
    open: splitter.open(data),
    named: splitter.named === null ? null : textOrNull(splitter.named(data)),
    sealed: splitter.sealed === null ? null : textOrNull(splitter.sealed(data)),
  }
}

function textOrNull(text: string): string | null {
  return text === '{}' ? null : text
}

function compileSplitters(entity: Entity): { usual: Splitter; private: Splitter | null } {
  const usual = compile(entity, {})
  return { usual, private: entity.privatePerson === undefined ? null : compile(entity, entity.privatePerson.privacy) }
}

function compile(entity: Entity, overrides: Readonly<Record<string, Privacy>>): Splitter {
  const keysOf = (privacy: Privacy): string[] =>
    entity.fields
      .filter((field) => field.kind !== 'attachment' && (overrides[field.code] ?? field.privacy) === privacy)
      .map((field) => field.code)
  const some = (keys: string[]): Canonicalise | null => (keys.length === 0 ? null : compileCanonical(keys))
  return { open: compileCanonical(keysOf('open')), named: some(keysOf('named')), sealed: some(keysOf('sealed')) }
}

/** Puts a record together again from its texts; erased ones are null. */
export function joinTexts(open: string | null, named: string | null, sealed: string | null): Data {
  const parts = [open, named, sealed].filter((text) => text !== null).map((text) => JSON.parse(text) as Data)
  return Object.assign({}, ...parts) as Data
}
