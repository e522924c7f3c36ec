import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What happens to a file on its way from one side of the gap to the other. */
export type Fate = 'carry' | 'lose' | 'twice' | 'cut'

/**
 * Carries files one way, as the machine between two networks does: it takes them out of one folder, and they appear in another. Nothing goes back along it.
 * @param fate of each file
 * @returns what it took, in order
 */
export async function ferry(
  from: string,
  to: string,
  fate: (name: string, turn: number) => Fate = () => 'carry',
  reversed = false,
): Promise<string[]> {
  await mkdir(from, { recursive: true })
  await mkdir(to, { recursive: true })
  const names = (await readdir(from)).toSorted()
  if (reversed) names.reverse()
  for (const [turn, name] of names.entries()) {
    const what = fate(name, turn)
    const bytes = await readFile(join(from, name))
    await rm(join(from, name))
    if (what === 'lose') continue
    const whole = what === 'cut' ? bytes.subarray(0, Math.floor(bytes.length * 0.7)) : bytes
    await writeFile(join(to, `.${name}.part`), whole)
    await rename(join(to, `.${name}.part`), join(to, name))
    // A copy that comes once more, later, under the same name.
    if (what === 'twice') await writeFile(join(to, '..', `again-${name}`), bytes)
  }
  return names
}

/** Brings the second copies that `twice` kept back. */
export async function bringAgain(to: string): Promise<number> {
  const above = join(to, '..')
  const names = (await readdir(above)).filter((name) => name.startsWith('again-'))
  for (const name of names) await rename(join(above, name), join(to, name.slice('again-'.length)))
  return names.length
}
