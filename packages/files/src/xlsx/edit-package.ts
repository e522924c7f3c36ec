import { posix } from 'node:path'
import { declaration, relationshipNamespace } from './comments.ts'
import type { Package } from './package.ts'
import { attributeOf, cutTags } from './tags.ts'
import { type Relationship, relationshipsOf, relationshipsPart } from './workbook.ts'
import { xmlText } from './xml-text.ts'
import { packParts, type PartToWrite } from './zip.ts'

/** A package on its way to a changed copy: parts that nobody touches are copied. */
export class PackageEdit {
  readonly package: Package
  private readonly written = new Map<string, PartToWrite['content']>()
  private readonly overrides = new Map<string, string>()
  private readonly defaults = new Map<string, string>()

  constructor(pack: Package) {
    this.package = pack
  }

  has(name: string): boolean {
    return this.written.has(name) || this.package.has(name)
  }

  write(name: string, content: PartToWrite['content'], contentType?: string): void {
    this.written.set(name, content)
    if (contentType !== undefined) this.overrides.set(`/${name}`, contentType)
  }

  defaultType(extension: string, contentType: string): void {
    this.defaults.set(extension, contentType)
  }

  /** The text of a part as it stands now. */
  async text(name: string): Promise<string> {
    const written = this.written.get(name)
    if (written === undefined) return await this.package.text(name)
    if (typeof written === 'function') throw new Error(`${name} is written as a stream`)
    return written.toString()
  }

  /** A name that no part has yet: `xl/comments{n}.xml`. */
  free(make: (number: number) => string): string {
    for (let number = 1; ; number += 1) if (!this.has(make(number))) return make(number)
  }

  /** The id of a part's relationship of a kind (`comments`), made when there is none. */
  async relate(part: string, kind: string, target: string): Promise<string> {
    const name = relationshipsPart(part)
    const known = (await this.related(part)).find((one) => one.type.endsWith(`/${kind}`) && one.target === target)
    if (known !== undefined) return known.id
    const text = this.has(name)
      ? await this.text(name)
      : `${declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`
    const ids = new Set(cutTags(text).map(({ raw }) => attributeOf(raw, 'Id')))
    let number = 1
    while (ids.has(`rIdHj${number}`)) number += 1
    const relative = posix.relative(posix.dirname(part), target)
    const own = (prefix: string) =>
      `<${prefix}Relationship Id="rIdHj${number}" Type="${relationshipNamespace}/${kind}" Target="${xmlText(relative)}"/>`
    this.write(name, insertBefore(text, 'Relationships', own))
    return `rIdHj${number}`
  }

  async related(part: string): Promise<Relationship[]> {
    const name = relationshipsPart(part)
    if (!this.written.has(name)) return await relationshipsOf(this.package, part)
    const text = await this.text(name)
    const view: Package = {
      ...this.package,
      has: (one) => this.has(one),
      text: async (one) => (one === name ? text : await this.text(one)),
    }
    return await relationshipsOf(view, part)
  }

  async pack(): Promise<Buffer> {
    const types = '[Content_Types].xml'
    this.write(types, this.withTypes(await this.package.text(types)))
    const names = [...new Set([types, ...this.package.names, ...this.written.keys()])]
    return await packParts(names.map((name) => ({ name, content: this.written.get(name) ?? (() => this.package.stream(name)) })))
  }

  private withTypes(text: string): string {
    const stretches = cutTags(text)
    const defaults = new Set(
      stretches.filter(({ name }) => name === 'Default').map(({ raw }) => attributeOf(raw, 'Extension')?.toLowerCase()),
    )
    const overrides = new Set(stretches.filter(({ name }) => name === 'Override').map(({ raw }) => attributeOf(raw, 'PartName')))
    const add = (prefix: string) =>
      [...this.defaults]
        .filter(([extension]) => !defaults.has(extension))
        .map(([extension, type]) => `<${prefix}Default Extension="${extension}" ContentType="${type}"/>`)
        .join('') +
      [...this.overrides]
        .filter(([name]) => !overrides.has(name))
        .map(([name, type]) => `<${prefix}Override PartName="${xmlText(name)}" ContentType="${type}"/>`)
        .join('')
    return insertBefore(text, 'Types', add)
  }
}

/** Text put before the end tag of an element that occurs once; an empty one is opened for it. */
export function insertBefore(text: string, element: string, make: (prefix: string) => string): string {
  return cutTags(text)
    .map(({ raw, tag, name, prefix }) => {
      if (name !== element || tag === 'open' || tag === null) return raw
      return tag === 'close' ? make(prefix) + raw : `${raw.replace(/\s*\/>$/, '>')}${make(prefix)}</${prefix}${element}>`
    })
    .join('')
}
