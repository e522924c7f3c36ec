import type * as Merkle from '../src/index.ts'

/** What both the node and a page are asked. */
export interface Questions {
  readonly custody: readonly (readonly [document: unknown, trusted: readonly string[] | null])[]
  readonly receipts: readonly (readonly [receipt: object, keys: readonly Merkle.PublicKey[]])[]
  readonly notes: readonly (readonly [note: string, keys: readonly string[]])[]
  readonly texts: readonly string[]
  readonly values: readonly unknown[]
  /** Whole logs: tiles by `level/index` and bundles in base64, and the keys they are checked under. */
  readonly logs: readonly {
    readonly checkpoint: string
    readonly tiles: Readonly<Record<string, string>>
    readonly bundles: readonly string[]
    readonly keys: readonly string[]
  }[]
}

/** Asks one implementation everything; errors are answers too. */
export async function verifyAll(merkle: typeof Merkle, questions: Questions): Promise<unknown> {
  const said = <T>(ask: () => T): T | string => {
    try {
      return ask()
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`
    }
  }
  const encoder = new TextEncoder()
  return {
    custody: questions.custody.map(([document, trusted]) => merkle.verifyCustody(document, trusted ?? undefined)),
    receipts: questions.receipts.map(([receipt, keys]) => said(() => merkle.signersOf(receipt, keys))),
    notes: questions.notes.map(([note, keys]) => said(() => merkle.openNote(note, keys))),
    hashes: questions.texts.map((text) => [
      merkle.digestText(merkle.sha256(encoder.encode(text))),
      merkle.digestText(merkle.leafHash(text)),
      merkle.digestText(merkle.treeRoot([...text].map((part) => merkle.leafHash(part)))),
    ]),
    canonical: questions.values.map((value) => said(() => merkle.canonicalize(value))),
    logs: await Promise.all(
      questions.logs.map(({ checkpoint, tiles, bundles, keys }) =>
        merkle.checkLog(
          {
            readCheckpoint: () => checkpoint,
            readTile: (level, index) => bytes(tiles[`${level}/${index}`]) as Buffer,
            readEntries: (index) => bytes(bundles[index]),
          },
          { verifierKeys: keys },
        ),
      ),
    ),
  }
}

function bytes(file: string | undefined): Uint8Array {
  if (file === undefined) throw new Error('404')
  return Uint8Array.from(atob(file), (character) => character.charCodeAt(0))
}
