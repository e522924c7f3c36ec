import { generateKeyPairSync, sign } from 'node:crypto'
import { type ReleaseDocument, releaseDocument, releases, releaseText } from '@huijiao/standard'

/** Who issues releases of the standard, and signs them; every node trusts its key. */
export class Authority {
  private readonly keys = generateKeyPairSync('ed25519')
  private readonly keyId = 'harness-standard'
  private made = 0
  private revision = 1

  get trusted(): { readonly keyId: string; readonly publicKey: string } {
    const { x } = this.keys.publicKey.export({ format: 'jwk' })
    return { keyId: this.keyId, publicKey: Buffer.from(x as string, 'base64url').toString('base64') }
  }

  private signed(document: ReleaseDocument): object {
    const value = sign(null, Buffer.from(releaseText(document)), this.keys.privateKey).toString('base64')
    return { ...document, signatures: [{ alg: 'ed25519', keyId: this.keyId, value }] }
  }

  /** A new national release beside that of 2018, with the same tables. */
  another(): { readonly id: string; readonly document: object } {
    this.made += 1
    const id = `2018-f${this.made}`
    const document = releaseDocument(releases.get('2018')!)
    return { id, document: this.signed({ ...document, id, entities: document.entities.map((entity) => ({ ...entity, release: id })) }) }
  }

  /** The next revision of that of 2018: it asks for the area of a project, which every sound record of the harness has. */
  next(): { readonly revision: number; readonly document: object } {
    this.revision += 1
    const { revision } = this
    const document = releaseDocument(releases.get('2018')!)
    const entities = document.entities.map((entity) =>
      entity.code !== 'TBProjectInfo'
        ? entity
        : { ...entity, fields: entity.fields.map((field) => (field.code === 'AllArea' ? { ...field, mandatory: true } : field)) },
    )
    return { revision, document: this.signed({ ...document, revision, entities, nameEn: `${document.nameEn}, revision ${revision}` }) }
  }
}
