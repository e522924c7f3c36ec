import { openNote, type NoteSigner, parseVerifierKey, signNote, splitNote } from './note.ts'

/**
 * A node's word that one key follows another: a note that both keys have signed, so that whoever trusts the earlier one may trust the later one, and
 * nobody can claim a key that he does not hold.
 */
export interface KeyStatement {
  readonly node: string
  /** Id of the key in receipts and requests, such as `370100-2`. */
  readonly keyId: string
  /** Verifier key (C2SP signed-note) of the node under the key that follows. */
  readonly key: string
  readonly afterKeyId: string
  /** Verifier key of the one before it. */
  readonly after: string
  readonly instant: string
}

const firstLine = 'huijiao-key/1'
const keyIdForm = /^[A-Za-z0-9._:-]{1,100}$/
const statementBytesMax = 2048
/** Most statements that are followed: a node that changes its key each month needs this many in eight years. */
export const keyStatementsMax = 100

/**
 * Writes and signs a statement.
 * @param signers the key before and the key that follows, both under the node's name
 * @throws TypeError when a signer's key is not the one that the statement names
 */
export function signKeyStatement(statement: KeyStatement, signers: readonly [before: NoteSigner, next: NoteSigner]): string {
  const { node, keyId, key, afterKeyId, after, instant } = statement
  const text = `${[firstLine, node, `${keyId} ${key}`, `${afterKeyId} ${after}`, instant].join('\n')}\n`
  const [first, second] = signers.map((signer) => signNote(text, signer))
  const note = `${first}${(second as string).slice(text.length + 1)}`
  if (readKeyStatement(note) === null) throw new TypeError('the keys that sign are not those that the statement names')
  return note
}

/** Reads a statement; null unless it has the form of one and both keys have signed it. Never throws. */
export function readKeyStatement(note: unknown): KeyStatement | null {
  if (typeof note !== 'string' || note.length > statementBytesMax) return null
  try {
    const lines = splitNote(note).text.split('\n')
    const [first, node, next, before, instant, end] = lines
    if (first !== firstLine || lines.length !== 6 || end !== '' || !node || Number.isNaN(Date.parse(instant ?? ''))) return null
    const [keyId, key, ...more] = (next ?? '').split(' ')
    const [afterKeyId, after, ...other] = (before ?? '').split(' ')
    if (!keyId || !key || !afterKeyId || !after || more.length + other.length > 0 || key === after) return null
    if (!keyIdForm.test(keyId) || !keyIdForm.test(afterKeyId) || keyId === afterKeyId) return null
    if (parseVerifierKey(key).name !== node || parseVerifierKey(after).name !== node) return null
    openNote(note, [key])
    openNote(note, [after])
    return { node, keyId, key, afterKeyId, after, instant: instant as string }
  } catch {
    return null
  }
}

/**
 * The verifier keys that may be trusted by who trusts these: with every key also the one that follows it. A key is never trusted for the sake of a later
 * one, for it may have been replaced because it was stolen.
 * @param statements notes of any nodes, in any order; what is no statement is passed over
 */
export function followKeys(trusted: readonly string[], statements: readonly unknown[]): string[] {
  const known = new Set(trusted)
  const open = statements.slice(0, keyStatementsMax).flatMap((note) => readKeyStatement(note) ?? [])
  for (let grown = true; grown;) {
    grown = false
    for (const { key, after } of open) {
      if (!known.has(after) || known.has(key)) continue
      known.add(key)
      grown = true
    }
  }
  return [...known]
}
