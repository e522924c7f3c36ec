/** What the harness has found, and what was done about it; told in docs/faults.md. */
export interface MendedFinding {
  readonly seed: string
  readonly classes: string
  readonly zh: string
  readonly en: string
  /** The test that fails without the mend. */
  readonly test: string
}

export const mended: readonly MendedFinding[] = [
  {
    seed: '3',
    classes: 'request-bit-flipped, 400-instead, 413-instead',
    zh: '只有一条记录的投递在途中损坏一位，上级答 400 digest-mismatch，该记录被列为待处理，虽然记录没有错；此前答复丢失过的，上级其实已有此记录。现在：途中损坏视为中断；单条投递被拒而没有回执时，先问空投递，再发一次，仍被拒才列为待处理。',
    en: 'A bit of a delivery of one record was flipped on the way, the level above answered 400 digest-mismatch, and the record was parked although nothing was wrong with it; where an earlier reply had been lost, the level above even had it. Now damage on the way is an outage; and a record alone that is refused without a receipt is parked only when the same bytes are refused again after an empty delivery was taken.',
    test: 'packages/exchange/test/halves.pg.test.ts: is not set aside for what something between the two nodes said once, nor for bytes that were damaged on the way',
  },
  {
    seed: '6',
    classes: 'a database that answers too slowly while a node starts',
    zh: '队列建立的那一刻若得不到数据库连接，BullMQ 永远记住这次失败：队列直到进程结束都不可用，或因无人处理的拒绝而使节点退出。现在：需要连接时一直等到有为止。',
    en: 'When a queue got no connection to PostgreSQL just as it was made, BullMQ remembered that failure for ever: the queue stayed dead until the process ended, or the rejection that nobody heard ended the node. Now a connection that is waited for is waited for until it is there.',
    test: 'services/node/test/queues.pg.test.ts: outlive a server that gives them no connection just when they are made',
  },
  {
    seed: '20261122',
    classes: 'redis-cut, redis-frozen, redis-unreachable beside a slow database',
    zh: '巡检把未完的批次逐个排入队列，随后才查库；队列三秒内没有答复而查库更慢时，被拒绝的排队无人处理，节点进程因此退出。现在：每次排队的失败当即有人接住。',
    en: 'The sweep asked the queue for each open submission and went on to read the database before it listened; when the queue did not answer within three seconds and the database took longer, a rejection that nobody heard ended the node. Now each is heard at once.',
    test: 'services/node/test/sweep.pg.test.ts: goes to its end while the queue is away, and leaves no rejection behind that would end the process',
  },
  {
    seed: '3',
    classes: 'province-put-back',
    zh: '省级恢复到旧状态后向国家取回所报，其中由省级自己改作“不再符合上报条件”的版本，也作为一个版本入库：同一流、同一序号有了两个版本，一个是真的，一个是自己造的终止标记。现在：自己所造的终止标记不再取回，真的版本由市级重报。',
    en: 'A province that was put back fetched from the nation what it had sent, among it the tombstones that it had made itself of versions that no longer qualified there, and stored them: one number of a stream had two versions, the real one and the tombstone. Now it leaves its own tombstones out; the real version comes again from the city.',
    test: 'services/node/test/epochs.pg.test.ts: gets back what it had sent up, and not as a second version the tombstones that it had made of what no longer qualified there',
  },
  {
    seed: '13',
    classes: 'nation-put-back',
    zh: '没有上级的节点（国家级）恢复后进入新纪元，一直等待“上级归还”，而归还只由对上级的通报触发：节点永不就绪，直到管理员放行。现在：没有上级就无可等待，当即就绪。',
    en: 'A node without a level above (the nation) that was put back began a new epoch and waited for what the levels above would hand back; but that is fetched when one of them is called, and there is none: it was never ready until an operator let it go on. Now it waits for nobody.',
    test: 'services/node/test/epochs.pg.test.ts: waits for nobody above, is ready, and has everything again from the province',
  },
  {
    seed: '1',
    classes: 'midnight-in-shanghai, then node-key-revoked',
    zh: '节点时钟快了五小时后校正：其间排定的任务要等到那个时刻，与上级通报的任务因此停了五小时，上级登记的新密钥无人再报，链路不通。现在：巡检发现久未与上级通报时不再等队列，当即通报。',
    en: 'The clock of a node was five hours ahead for a moment and set right: the job that speaks to the level above had been put off to that time, so for five hours nobody announced the new key that had been registered there, and nothing went up. Now a sweep that finds the level above not spoken to for long does not wait for the queue.',
    test: 'services/node/test/sweep.pg.test.ts: speaks to a level above itself when the job for it has been waiting too long, as one does that a wrong clock has put off',
  },
  {
    seed: 'not kept',
    classes: 'province-put-back',
    zh: '省级恢复后，国家归还的与市级重报的先后不一：晚到的旧版本入库为“已被取代”，不再上报；若此前曾以“不再符合上报条件”报给国家，国家仍持有该标记，对账即称国家多出它。现在：恢复的节点记下归还之中自己所造的终止标记，相应的版本到来时照样再报一次；市级恢复时，自己所造的终止标记作为该记录的结束保留，更早的版本不再重新生效。',
    en: 'What the nation hands back to a province that was put back, and what the cities send again, come in no common order. A version that came after a later one was stored as superseded and said nothing above; when the province had told the nation of it by a tombstone in its earlier life, the comparison called the nation ahead by that. Now a restored node notes its own tombstones among what comes back, and tells them again when their versions come; a city that was put back keeps its own as the end of the record, and what they had ended is not in force again.',
    test: 'services/node/test/epochs.pg.test.ts: tells the nation again of what it had ended there when that comes after a later version has come back, and both sides are equal',
  },
  {
    seed: '1',
    classes: 'midnight-in-shanghai, postgres-connections-reset',
    zh: '存储一个已答 202 的批次时连接中断，任务停在“执行中”；BullMQ 以上次检查者的时钟判断何时再检查这类任务，而该时钟曾一度快了几十分钟，于是在那之前无人接手，巡检重新排队又被当作重复：批次一直没有回执。现在：批次、待定记录和对账若在数次巡检之间毫无进展，巡检不再等队列，当即在本进程处理。',
    en: 'A connection broke while a submission answered with 202 was being stored, and its job stayed "active". BullMQ looks for such jobs by the clock of whoever looked last, and that clock had been some forty minutes ahead for a moment: until then nobody took the job over, and what the sweep queued anew counted as a duplicate of it, so the submission got no receipt. Now submissions, held records and comparisons that stand still for several sweeps are worked on by the sweep itself.',
    test: 'services/node/test/processes.pg.test.ts: finish what the queue counts as taken by a process that is gone, also when a clock that was ahead keeps the queue from freeing it',
  },
  {
    seed: '41',
    classes: 'postgres-disk-read-only',
    zh: '首次启动后不久磁盘出错转为只读：内置 PostgreSQL 的口令文件还没有写到磁盘上，重新挂载后成了空文件，而数据库已经在了，节点再也打不开自己的库；节点的密钥文件也可能只有内容而没有名字。现在：口令、密钥及其说明先落盘，再用它们做别的。',
    en: 'A disk broke and became read-only soon after a first start: the file of the embedded PostgreSQL’s password had not reached the disk and was empty when it was mounted again, while the cluster was there, so the node could never open its own database; the files of its secrets could be without a name in the same way. Now password, secrets and their notes are on the disk before anything is made with them.',
    test: 'packages/testing/test/disk.pg.test.ts: that breaks right after a first start keeps what opens the database, the keys, and what was committed',
  },
  {
    seed: '1',
    classes: 'release-known-below-first, with some 60 faults a minute on the line to the nation',
    zh: '国家发布新的标准版本后，下级只在读完整个下行之后才去取；而“有新版本”只通知一次：队列任务得到通知却没有取到，等候通知的长轮询便不再过问，要等下一次定时读取。线路每秒都有故障时四分钟才取到，记录在下面一直等着。现在：读到第一页即办；答复丢失或没有取到的，稍歇之后以不等候的方式再问，直到取到为止。',
    en: 'A node fetched a release that the nation had issued only after it had read the whole feed, and that there is one is told once: when the queued job was told and could not fetch it, the long poll beside it asked no more, and the next timed read had to do it. With a fault a second on the line it took four minutes, while the records under that release waited below. Now the first page is acted upon, and whoever lost an answer or could not fetch asks again after a short rest, for an answer that does not wait, until it has the release.',
    test: 'services/node/test/feed-news.pg.test.ts: is fetched as soon as the level above gives it, without waiting for a sweep; is heard of with the first page of a feed, though a later one is lost, and again when it changes',
  },
]
