import type { Words } from '@huijiao/problem'

/** What PostgreSQL and the file system refuse an operator, by their codes. The words of the driver follow, as they name the user, the database or the path. */
const codes: Readonly<Record<string, Words>> = {
  '28P01': {
    zh: '数据库拒绝了用户名或口令，请核对数据库地址中的两项',
    en: 'the database refused user name or password; check both in its address',
  },
  '28000': {
    zh: '数据库不允许该用户登录，请核对用户名和数据库的登录规则',
    en: 'the database does not let this user in; check user name and its rules',
  },
  '3D000': {
    zh: '服务器上没有这个数据库，请核对地址或先建库',
    en: 'there is no such database on the server; check the address, or make it',
  },
  '42501': { zh: '数据库用户权限不足；它须是该数据库的所有者', en: 'the database user may not do this; it has to own the database' },
  ENOENT: { zh: '没有这个文件或目录', en: 'there is no such file or directory' },
  ENOTDIR: { zh: '路径中有一段不是目录', en: 'a part of the path is no directory' },
  EISDIR: { zh: '这是目录，不是文件', en: 'this is a directory, not a file' },
  EACCES: { zh: '没有读写权限', en: 'it may not be read or written' },
  EPERM: { zh: '系统不允许这一操作', en: 'the system does not allow this' },
  EROFS: { zh: '所在的磁盘只读', en: 'its disk is read-only' },
  ENOSPC: { zh: '磁盘已满', en: 'the disk is full' },
  EADDRINUSE: {
    zh: '端口已被占用；改 HUIJIAO_PORT，或先停止占用它的程序',
    en: 'the port is in use; change HUIJIAO_PORT, or stop what uses it',
  },
  EADDRNOTAVAIL: { zh: '本机没有这个监听地址，请核对 HUIJIAO_HOST', en: 'this machine has no such address; check HUIJIAO_HOST' },
}

/**
 * What an error says to people, in each language: its own words where it has them, else what its code means. Errors of ours that have one line only say it in
 * Chinese, then ` / `, then in English.
 */
export function wordsOf(error: unknown): Words {
  const { zh, en, words, code, message } = error as { zh?: unknown; en?: unknown; words?: Words; code?: unknown; message?: unknown }
  if (typeof zh === 'string' && typeof en === 'string') return { zh, en }
  if (words !== undefined) return words
  const said = typeof message === 'string' ? message : String(error)
  const known = typeof code === 'string' ? codes[code] : undefined
  if (known !== undefined) return { zh: `${known.zh}（${said}）`, en: `${known.en} (${said})` }
  const both = /^(.*?\p{Script=Han}.*?) \/ (\P{Script=Han}+)$/su.exec(said)
  return both === null ? { zh: said, en: said } : { zh: both[1]!, en: both[2]! }
}

/** The same on one line. */
export function lineOf(error: unknown): string {
  if (error instanceof Error && 'zh' in error) return error.message
  const { zh, en } = wordsOf(error)
  return zh === en ? zh : `${zh} / ${en}`
}
