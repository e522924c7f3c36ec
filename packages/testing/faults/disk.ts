import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const runs = promisify(execFile)

/** Sparse: takes only what is written. */
const diskSize = '12G'
/** As a machine's system disk is mounted nearly everywhere: an error of the file system makes it read-only at once, under whoever writes. */
const mountOptions = 'loop,noatime,discard,errors=remount-ro'

/**
 * A real disk of the harness: an ext4 file system in a file, mounted through a loop device. It is filled by a file that takes all that is free, and it
 * becomes read-only as disks do, by an error that the kernel finds while files are open for writing.
 */
export class Disk {
  readonly dir: string
  private readonly image: string
  private readonly ballast: string
  private device = ''

  private constructor(name: string, dir: string) {
    this.dir = join(dir, `${name}-disk`)
    this.image = join(dir, `${name}.ext4`)
    this.ballast = join(this.dir, 'ballast')
  }

  /** @throws Error where a file system cannot be made or mounted */
  static make(name: string, dir: string): Disk {
    const disk = new Disk(name, dir)
    mkdirSync(disk.dir, { mode: 0o711 })
    execFileSync('truncate', ['-s', diskSize, disk.image], { stdio: 'pipe' })
    // Nothing is kept back for root: what is full is full for everybody.
    execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', disk.image], { stdio: 'pipe' })
    execFileSync('mount', ['-o', mountOptions, disk.image, disk.dir], { stdio: 'pipe' })
    disk.device = deviceOf(disk.dir)
    mounted.add(disk.dir)
    return disk
  }

  /** Takes every block that is free. */
  async fill(): Promise<void> {
    for (let part = 0; part < 40; part += 1) {
      const { bavail, bsize } = await statfs(this.dir)
      if (bavail === 0) return
      // What the file system needs for its own books is not known beforehand: the rest goes in halves.
      const bytes = Math.max(1, Math.floor(bavail / (part === 0 ? 1 : 2))) * bsize
      await runs('fallocate', ['-l', String(bytes), `${this.ballast}.${part}`]).catch(() => undefined)
    }
  }

  async drain(): Promise<void> {
    for (let part = 0; part < 40; part += 1) await rm(`${this.ballast}.${part}`, { force: true })
  }

  /** From here on it can be read and not written, also by those who have files open. */
  async breakDown(): Promise<void> {
    await writeFile(join('/sys/fs/ext4', this.device, 'trigger_fs_error'), '1')
  }

  /** What an operator does with such a disk: unmounts it when nobody uses it any more, has it checked, and mounts it again. */
  async repair(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await runs('umount', [this.dir])
        break
      } catch (error) {
        if (tries > 100) throw error
        await delay(100)
      }
    }
    // 1: errors were corrected.
    await runs('e2fsck', ['-f', '-p', this.image]).catch((error: { code?: number }) => {
      if (error.code !== 1) throw error
    })
    await runs('mount', ['-o', mountOptions, this.image, this.dir])
    this.device = deviceOf(this.dir)
  }

  remove(): void {
    try {
      execFileSync('umount', ['-l', this.dir], { stdio: 'pipe' })
      mounted.delete(this.dir)
    } finally {
      rmSync(this.image, { force: true })
    }
  }
}

/** A harness that is ended leaves no mount behind. */
const mounted = new Set<string>()
process.once('exit', () => {
  for (const dir of mounted) {
    try {
      execFileSync('umount', ['-l', dir], { stdio: 'pipe' })
    } catch {
      // It was being mounted again just then.
    }
  }
})

function deviceOf(dir: string): string {
  const line = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((one) => one.split(' ')[1] === dir)
  if (line === undefined) throw new Error(`${dir} is not mounted`)
  return basename(line.split(' ')[0] as string)
}

let possible: boolean | null = null

/** Whether a disk can be made, mounted and broken here; said loudly when not. */
export function canMakeDisks(): boolean {
  if (possible !== null) return possible
  const dir = mkdtempSync(join(tmpdir(), 'huijiao-disk-'))
  let disk: Disk | null = null
  try {
    disk = Disk.make('probe', dir)
    writeFileSync(join('/sys/fs/ext4', deviceOf(disk.dir), 'trigger_fs_error'), '1')
    possible = true
  } catch (error) {
    possible = false
    console.error(
      `\n跳过 · SKIPPED: 此处不能制作并挂载磁盘，数据库所在磁盘不做真实的写满与只读 · no disk can be made and mounted here, so the one under PostgreSQL is neither filled nor locked: ${String(error)}`,
    )
  }
  try {
    disk?.remove()
  } catch {
    // It was not mounted.
  }
  rmSync(dir, { recursive: true, force: true })
  return possible
}
