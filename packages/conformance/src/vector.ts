import type { Severity } from '@huijiao/problem'
import type { Tier } from '@huijiao/standard'

/** What a system is asked to do with a vector. */
export const tasks = ['validate', 'receive', 'link', 'canonicalize', 'content-digest', 'sign', 'verify-receipt'] as const
export type Task = (typeof tasks)[number]

/** A problem as an answer names it. Only the place is asked of everybody; code and rule of those who use ours. */
export interface NamedProblem {
  /** JSON Pointer relative to the record. */
  readonly pointer: string
  readonly code?: string
  readonly rule?: string
  /** An error when absent. */
  readonly severity?: Severity
}

/** What becomes of a record: `accepted` also when there are only warnings. */
export type Verdict = 'accepted' | 'doubtful' | 'refused'

/** A key that everybody knows, for vectors only. */
export interface VectorKey {
  readonly keyId: string
  readonly algorithm: 'ed25519' | 'ecdsa-p256-sha256'
  /** PKCS#8 PEM. */
  readonly privateKey?: string
  /** SPKI PEM. */
  readonly publicKey: string
  /** Raw keys in hex, for libraries that take those (Ed25519 only). */
  readonly seedHex?: string
  readonly publicKeyHex?: string
}

export interface Inputs {
  readonly validate: {
    readonly release: string
    readonly entity: string
    /** The instant of judgement, RFC 3339. */
    readonly at: string
    readonly data: Readonly<Record<string, unknown>>
    /**
     * Members of the release that stand otherwise in this vector, by pointer, such as a code that has ended. Who holds only releases as they are
     * answers `skipped`.
     */
    readonly releaseWith?: Readonly<Record<string, unknown>>
  }
  /** A line of a submission beside who sends it and where it enters: what may this caller report here? */
  readonly receive: {
    readonly release: string
    /** The instant of judgement, RFC 3339. */
    readonly at: string
    /** Tier of the node at which the record enters, and the regions granted to the sender. */
    readonly caller: { readonly tier: Tier; readonly regions: readonly string[] }
    readonly record: {
      readonly entity: string
      readonly operation: 'upsert' | 'withdraw'
      readonly data?: Readonly<Record<string, unknown>>
      readonly key?: unknown
    }
  }
  /** A record beside others that are stored already: does what it refers to exist, and do they agree? */
  readonly link: Inputs['validate'] & {
    /** What is in force, in the order in which it came. */
    readonly with: readonly { readonly release: string; readonly entity: string; readonly data: Readonly<Record<string, unknown>> }[]
    /** References that stand beside those of the release. */
    readonly references?: readonly unknown[]
  }
  readonly canonicalize: { readonly json: string }
  readonly 'content-digest': { readonly bodyBase64: string }
  readonly sign: {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly bodyBase64: string
    readonly key: VectorKey
    /** RFC 3339, whole seconds. */
    readonly created: string
    readonly expires: string
    readonly nonce: string
  }
  readonly 'verify-receipt': { readonly receipt: string; readonly keys: readonly VectorKey[] }
}

export interface Expectations {
  readonly validate: { readonly verdict: Verdict; readonly problems: readonly Required<NamedProblem>[] }
  /** Pointers are relative to the line: `/data/…`, `/key/…`. */
  readonly receive: Expectations['validate']
  /** `held`: kept until what it refers to has come. */
  readonly link: { readonly outcome: 'accepted' | 'held'; readonly problems: readonly Required<NamedProblem>[] }
  /** `null`: the text has no canonical form and is refused. */
  readonly canonicalize: { readonly canonical: string | null; readonly sha256?: string }
  readonly 'content-digest': { readonly contentDigest: string }
  /** One right answer, for comparing; any that verifies under the key is right. */
  readonly sign: { readonly headers: Readonly<Record<string, string>>; readonly base: string }
  readonly 'verify-receipt': { readonly genuine: boolean }
}

export interface Answers {
  readonly validate: { readonly verdict?: Verdict; readonly problems: readonly NamedProblem[] }
  readonly receive: Answers['validate']
  readonly link: { readonly outcome?: string; readonly problems: readonly NamedProblem[] }
  readonly canonicalize: { readonly canonical: string } | { readonly refused: true }
  readonly 'content-digest': { readonly contentDigest: string }
  /** `content-digest`, `signature-input` and `signature`. */
  readonly sign: { readonly headers: Readonly<Record<string, string>> }
  readonly 'verify-receipt': { readonly genuine: boolean }
}

/** One thing to do, and what is right. */
export type Vector = {
  [T in Task]: {
    /** Unique and lasting, such as `rule/check.resident-id/invalid/2`. */
    readonly id: string
    readonly do: T
    /** The rule that a record keeps or breaks. */
    readonly rule?: string
    readonly kind?: string
    readonly note?: string
    readonly input: Inputs[T]
    readonly expect: Expectations[T]
  }
}[Task]

/** The line that a program reads: a vector without what is right. */
export interface Request {
  readonly id: string
  readonly do: Task
  readonly rule?: string
  readonly input: Inputs[Task]
}

export const requestOf = ({ id, do: task, rule, input }: Vector): Request => ({
  id,
  do: task,
  ...(rule === undefined ? {} : { rule }),
  input,
})

/** The line that it answers. Lines may come in any order. */
export type Answer = { readonly id: string; readonly answer: unknown } | { readonly id: string; readonly skipped: string }
