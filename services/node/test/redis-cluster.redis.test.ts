import { startRedisCluster } from '@huijiao/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { readRedisAddress } from '../src/redis-address.ts'
import { checkRedis } from '../src/redis-queue.ts'
import { recordsTravel } from './forwarding.ts'
import { queuesBehave } from './queue-conformance.ts'

const cluster = await startRedisCluster()
const url = () => cluster?.url ?? ''

describe.skipIf(cluster === null)('on a Redis Cluster of three nodes', () => {
  afterAll(() => cluster?.stop())

  describe('the queues', () => {
    queuesBehave(url)
  })
  describe('three nodes of the hub', () => {
    recordsTravel(url)
  })

  it('keeps all keys of a hub node on one node of the cluster, as scripts over several keys need', async () => {
    for (const name of ['370100', '370000', '000000']) {
      // The answer of KEYS begins with how many there are.
      const counts = await Promise.all(
        cluster!.servers.map(async (server) => Number(/\*(\d+)/.exec(await server.command('KEYS', `{huijiao-${name}}:*`))?.[1])),
      )
      expect([name, counts.filter((count) => count > 0).length]).toEqual([name, 1])
    }
  })

  it('is found sound by the doctor, and unsound when one of its nodes is gone', async () => {
    const address = readRedisAddress(url())!
    expect(await checkRedis(address, 3000)).toEqual({ findings: [], servers: 3 })
    await cluster!.servers[2]!.kill()
    await expect
      .poll(
        () =>
          checkRedis(address, 2000).then(
            ({ findings }) => findings.map((one) => one.level),
            () => ['error'],
          ),
        { timeout: 20_000 },
      )
      .toContain('error')
  })
})
