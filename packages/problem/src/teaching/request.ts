import type { Teaching } from './teaching.ts'
import { ruled } from './teaching.ts'

const protocol = '接口约定 /openapi.json'
const access = 'GB/T 22239—2019 8.1.4.1 身份鉴别'
const http = (section: string) => `RFC 9110 §${section}`

/** Problems of a whole request: nothing was stored, and there is no receipt. */
export const requestTeachings = {
  'credentials-missing': ruled(
    'identity.credentials',
    http('11.6.2'),
    'Authorization: Bearer <API 密钥>；或 Signature-Input + Signature（RFC 9421）',
    ['请求没有带身份凭据，节点不知道是谁在报送。', 'The request carried no credentials, so the node does not know who sends.'],
    [
      '谁录入、谁负责：每条记录都要落到一个已登记的接入单位。',
      'Whoever enters data answers for it, so every record belongs to an enrolled participant.',
    ],
  ),
  'credentials-invalid': ruled(
    'identity.credentials',
    http('11.6.2'),
    '本节点登记且未吊销、未过期的密钥',
    ['密钥不在登记册中、已吊销、已过期，或抄写不全。', 'The key is not registered, is revoked or expired, or was copied in part.'],
    ['吊销的密钥可能已泄露，用它报送的数据无法归责。', 'A revoked key may have leaked; nobody answers for what it sends.'],
  ),
  'signature-invalid': ruled(
    'identity.signature',
    'RFC 9421',
    '@method、@authority+@path+@query（或 @target-uri）、content-digest 均须被签名覆盖',
    [
      '按登记的公钥核验，签名与请求的内容对不上，或没有覆盖必须覆盖的部分。',
      'Under the registered key the signature does not fit the request, or does not cover what it must.',
    ],
    [
      '签名不符意味着请求在途中被改动，或签名基准串的拼法有误；两种情况都不能入库。',
      'Either the request was changed on its way or the signature base was put together wrongly; neither may be stored.',
    ],
  ),
  'signature-expired': ruled(
    'identity.signature-time',
    'RFC 9421 §2.3',
    '签名时间与节点时间相差不超过 5 分钟，且未过 expires',
    ['签名里的时间太早、太晚或已过期。', 'The time in the signature is too early, too late or past its expiry.'],
    ['限制时间窗口，使截获的旧请求不能重放。', 'A narrow window keeps a captured request from being sent again by somebody else.'],
  ),
  'signature-replayed': ruled(
    'identity.nonce',
    'RFC 9421 §7.2.2',
    '未使用过的 nonce',
    ['同一个 nonce 已用于另一个请求。', 'The nonce was used for another request before.'],
    [
      'nonce 只用一次，否则截获者可以把同一签名套在别的内容上反复尝试。',
      'A nonce is good once; otherwise whoever captured a signature could try it again.',
    ],
  ),
  'sign-in-failed': ruled(
    'operator.sign-in',
    access,
    '本节点未停用的用户名及其现用口令',
    [
      '用户名或口令不对，或账号已停用；三者的答复相同。',
      'The user name or the password is wrong, or the account is disabled; all three are answered alike.',
    ],
    ['不说明是哪一项不对，外人就无法试出有哪些用户。', 'Nobody can find out which accounts exist by trying.'],
  ),
  'captcha-needed': ruled(
    'operator.captcha',
    '建市函〔2007〕337号 一（用户名、密码和验证码）；WCAG 2.2 §3.3.8',
    '{"captcha":{"id":"…","answer":"…"}}，五分钟内有效，只用一次',
    [
      '此前有登录失败，这次须附验证码；或所附的验证码不对、已过期、已用过。',
      'A sign-in failed before, so this one needs a captcha; or the one given is wrong, too old or used.',
    ],
    ['验证码使机器难以反复试口令，而不会把本人锁在外面。', 'It slows down machines that try passwords, and locks nobody out.'],
  ),
  'second-factor-wrong': ruled(
    'operator.second-factor',
    'RFC 6238',
    '六位动态口令（前后各 30 秒，每个只用一次），或未用过的恢复码',
    ['动态口令或恢复码不对、已过期或已用过。', 'The code is wrong, too old, or was used before.'],
    ['只用一次，被人看到的动态口令就不能再用。', 'A code that somebody saw over the shoulder is of no use any more.'],
  ),
  'second-factor-needed': ruled(
    'operator.second-factor',
    access,
    '已启用动态口令的账号',
    ['此角色必须使用动态口令，而本账号尚未启用。', 'This role must have a second factor, and the account has none yet.'],
    ['口令可能泄露；能改动数据的账号不能只靠口令。', 'A password may leak; an account that changes data must not hang on it alone.'],
  ),
  'password-change-needed': ruled(
    'operator.password',
    access,
    '本人设定且未到期的口令',
    ['口令由管理员设定或重置，或已到更换期限。', 'The password was set by an administrator, or is older than this node allows.'],
    [
      '只有本人知道口令，日志中的操作才能归到本人。',
      'What the log says of an account is true of a person only if nobody else knows the password.',
    ],
  ),
  'password-weak': ruled(
    'operator.password',
    access,
    '足够长，不含用户名，不是常见口令，不与以前的相同',
    [
      '新口令太短、太常见、含有用户名，或与以前的相同；detail 列出全部问题。',
      'The new password is too short, common, holds the user name, or was used before; detail names everything.',
    ],
    ['长度最能防止猜测；常见口令最先被试。', 'Length is what resists guessing, and common passwords are tried first.'],
  ),
  'session-ended': ruled(
    'operator.session',
    access,
    '有效的登录',
    [
      '登录因闲置、到时、退出、改口令或被管理员结束而失效。',
      'The session ended: idle, too old, signed out, after a change of password, or by an administrator.',
    ],
    ['离开的电脑不应一直处于登录状态。', 'A computer that was left must not stay signed in.'],
  ),
  'csrf-refused': ruled(
    'operator.csrf',
    'OWASP CSRF Prevention',
    '本站页面发出、带 X-CSRF-Token 的请求',
    [
      '随浏览器登录发来的更改请求没有带正确的令牌，或来自其他网站。',
      'A request that changes something came with a browser’s session and without the right token, or from another site.',
    ],
    [
      '浏览器会自动带上登录信息；没有令牌，别的网站就能借它下指令。',
      'A browser sends its session by itself; without the token another site could give orders with it.',
    ],
  ),
  'operator-conflict': ruled(
    'operator.accounts',
    protocol,
    '不重复的用户名；不停用自己',
    [
      '用户名已有人使用，或更改会把自己挡在外面，或动态口令已启用。',
      'The user name is taken, somebody would lock themselves out, or there is a second factor already.',
    ],
    ['一个名字只属于一个人，停用的也不再给别人。', 'One name belongs to one person, and a disabled one is not given to another.'],
  ),
  'not-allowed': ruled(
    'grant.participant',
    protocol,
    '授权范围内的接口与区域',
    ['身份已确认，但没有做这件事的授权。', 'The caller is known but may not do this.'],
    [
      '最小授权：业务系统、下级节点、管理员各有各的接口。',
      'Least privilege: business systems, lower nodes and operators have their own routes.',
    ],
  ),
  'not-found': ruled(
    'http.target',
    http('15.5.5'),
    '本单位的编号，/openapi.json 所列地址',
    ['没有这个地址或编号，或它属于另一个接入单位。', 'There is no such address or id, or it belongs to another participant.'],
    ['别的单位的批次与不存在的批次答复相同，不泄露其存在。', 'Another participant’s submission is answered like one that does not exist.'],
  ),
  'method-not-allowed': ruled(
    'http.method',
    http('15.5.6'),
    '见应答的 Allow 头',
    ['地址存在，但不支持这个 HTTP 方法。', 'The address exists but does not take this method.'],
    ['方法决定含义：GET 只读，POST 才报送。', 'The method carries the meaning: GET reads, POST hands in.'],
  ),
  'request-malformed': ruled(
    'http.syntax',
    'RFC 9112',
    '合乎 RFC 9112 的请求',
    ['请求行、请求头或分块编码不合 HTTP 语法。', 'The request line, a header or the chunking is not valid HTTP.'],
    [
      '含糊的请求可能被代理和节点理解成两件事，因此不猜。',
      'A proxy and a node may read an ambiguous request differently, so nothing is guessed.',
    ],
  ),
  'request-too-slow': ruled(
    'http.pace',
    http('15.5.9'),
    '持续有数据到达',
    [
      '请求头或请求体到达得太慢，连接被关闭，没有写入。',
      'Headers or body came too slowly; the connection was closed and nothing was stored.',
    ],
    ['慢连接会占住接收名额，使其他单位无法报送。', 'A slow connection holds a place that others need.'],
  ),
  'headers-too-large': ruled(
    'http.headers',
    'RFC 6585 §5',
    '≤ 16 KiB',
    ['请求头合计超过上限。', 'All headers together are above the limit.'],
    [
      '正常的报送请求头只有几百字节；过大的通常是误带了 Cookie 或令牌。',
      'A push needs a few hundred bytes of headers; more is usually a cookie or token by mistake.',
    ],
  ),
  'body-incomplete': ruled(
    'http.body',
    'RFC 9112 §8',
    '完整的请求体',
    [
      '连接在请求体传完之前断开，或长度与 Content-Length 不符。',
      'The connection ended before the body did, or the length is not what Content-Length says.',
    ],
    ['只有收全并核对摘要的批次才会入库，不存在“存了一半”。', 'Only a whole, digested body is stored; there is no half submission.'],
  ),
  'body-too-large': ruled(
    'http.body-size',
    http('15.5.14'),
    'JSON ≤ 16 MiB；更大的用 NDJSON',
    ['请求体或其解压结果超过本节点的上限。', 'The body, or what it decompresses to, is above this node’s limit.'],
    [
      '上限使一个批次不会拖垮节点；NDJSON 可分块流式处理，因此大得多。',
      'Limits keep one submission from taking a node down; NDJSON streams and may be far larger.',
    ],
  ),
  'body-empty': ruled(
    'http.body',
    protocol,
    '一个报送批次（JSON、NDJSON），或一个文件（CSV、Excel、XML）',
    ['请求体没有内容。', 'The body has no content.'],
    [
      '空请求多半是程序没有写出文件内容；答复成功会掩盖它。',
      'An empty request is usually a file that was not written; answering success would hide that.',
    ],
  ),
  'media-type-unsupported': ruled(
    'http.media-type',
    http('15.5.16'),
    'application/json',
    ['Content-Type 不是这个地址接收的类型。', 'Content-Type is none that this address takes.'],
    ['类型决定怎样读请求体，不靠猜测。', 'The type says how to read the body; nothing is guessed.'],
  ),
  'encoding-unsupported': ruled(
    'http.content-coding',
    http('8.4'),
    'identity；gzip；zstd',
    ['Content-Encoding 不是节点支持的压缩方式。', 'Content-Encoding names a compression the node does not know.'],
    ['读不懂的字节不能入库。', 'What cannot be read cannot be stored.'],
  ),
  'encoding-broken': ruled(
    'http.content-coding',
    http('8.4'),
    '完整的 gzip 或 zstd 数据',
    ['压缩数据损坏或提前结束。', 'The compressed data is damaged or ends early.'],
    [
      '解压不出的部分里可能正有记录，不能只存前一半。',
      'Records may stand in the part that cannot be read, so the first half is not stored either.',
    ],
  ),
  'digest-mismatch': ruled(
    'http.content-digest',
    'RFC 9530',
    'sha-256=:<实际发送字节的摘要>:',
    ['Content-Digest 所声称的摘要与收到的字节不一致。', 'Content-Digest states another digest than the received bytes have.'],
    [
      '摘要不符说明字节在途中变了，或摘要是在压缩、改写之前算的。',
      'The bytes changed on their way, or the digest was computed before compressing or rewriting.',
    ],
  ),
  'digest-missing': ruled(
    'http.content-digest',
    'RFC 9530',
    'sha-256=:<base64>:',
    ['签名的请求没有带 Content-Digest，或其中没有 sha-256。', 'A signed request carries no Content-Digest, or one without sha-256.'],
    [
      '签名覆盖的是请求头；只有摘要在其中，签名才管得住请求体。',
      'A signature covers headers; only through the digest does it bind the body.',
    ],
  ),
  'json-malformed': ruled(
    'json.syntax',
    'RFC 8259',
    '合乎 RFC 8259 的 JSON',
    ['请求体不是合法的 JSON。', 'The body is not valid JSON.'],
    ['语法有误时，后面的内容都可能被读错，因此整批不收。', 'After a syntax error anything may be misread, so nothing of it is taken.'],
  ),
  'json-not-utf8': ruled(
    'json.utf8',
    'RFC 8259 §8.1',
    'UTF-8',
    [
      '请求体既不是 UTF-8，也不通篇是 GBK/GB18030：多半是混用了两种编码，或汉字被截断。',
      'The body is neither UTF-8 nor GBK/GB18030 throughout: most often it mixes the two, or a character was cut.',
    ],
    ['编码错了的汉字会变成乱码并永久留存。', 'Text in the wrong encoding becomes garbage and stays so.'],
  ),
  'json-too-deep': ruled(
    'json.depth',
    protocol,
    '≤ 32',
    ['JSON 嵌套超过 32 层。', 'The JSON nests deeper than 32 levels.'],
    ['批次最多只需要几层；更深的多半是程序错误或攻击。', 'A submission needs a few levels; more is a mistake or an attack.'],
  ),
  'json-duplicate-key': ruled(
    'json.unique-names',
    'RFC 7493 §2.3',
    '每个键一次',
    ['同一个对象里，同一个键出现了两次。', 'One object has the same key twice.'],
    [
      '两个值各系统取舍不同，签名和摘要也就失去意义。',
      'Systems differ in which of the two they take, and digests and signatures lose their meaning.',
    ],
  ),
  'envelope-invalid': ruled(
    'envelope.members',
    protocol,
    'id（UUID）、standard、responsible.unit、responsible.name',
    ['批次信封缺少成员、多了成员，或成员的写法不对。', 'The envelope lacks a member, has one too many, or one is written wrongly.'],
    [
      '信封说明谁负责、按哪一版标准判断；缺了它，任何一条都不能判断。',
      'It says who answers and which release judges; without it no record can be judged.',
    ],
  ),
  'submission-empty': ruled(
    'envelope.records',
    protocol,
    '≥ 1 条记录',
    ['批次里一条记录也没有。', 'The submission holds no record.'],
    [
      '空批次通常是查询条件写错；答复成功会让人以为数据已报送。',
      'An empty submission is usually a wrong query; success would look as if data had been sent.',
    ],
  ),
  'standard-unknown': ruled(
    'envelope.standard',
    protocol,
    '/v1/standards 所列版本',
    ['本节点没有装载信封所写的数据标准版本。', 'This node does not serve the release that the envelope names.'],
    [
      '字典代码离开版本没有意义，因此不会用另一版代替。',
      'A dictionary code means nothing without its release, so no other is used in its place.',
    ],
  ),
  'standard-invalid': ruled(
    'standard.document',
    protocol,
    '无误的标准文件；errors 列出全部问题',
    [
      '装载的数据标准文件有错误，或与所依据的国家标准相抵触。',
      'The document of the release has faults, or contradicts the national release it rests on.',
    ],
    [
      '一个节点按它判断所有报送；有错误的标准会把好记录退回，把坏记录收下，所以先整份检查，一次列全问题。',
      'A node judges everything by it: a faulty one would refuse good records and take bad ones, so the whole is checked first and every fault is told at once.',
    ],
  ),
  'standard-unsigned': ruled(
    'standard.signature',
    protocol,
    '上级节点、已登记的发布机关或本节点的有效签名',
    [
      '数据标准文件没有签名，签名人不受信任，或签名与内容不符。',
      'The document is not signed, its signer is not trusted, or the signature is of another content.',
    ],
    [
      '谁能改标准，谁就能决定什么数据算数；只有发布机关和上级节点有这个权力。',
      'Whoever changes the standard decides what counts; only the issuing authority and the node above may.',
    ],
  ),
  'standard-conflict': ruled(
    'standard.revision',
    protocol,
    '与已装载内容一致，或递增 revision',
    [
      '这个修订号已经对应另一份文件，或所求的改变已经来不及、不存在。',
      'The revision stands for another document already, or the change asked for is too late or not there.',
    ],
    [
      '每批报送记下自己所依据的修订号；同一修订号若有两种内容，就说不清是按哪一种判断的。',
      'Every submission keeps the number of the revision it was judged by; a number with two contents would say nothing.',
    ],
  ),
  'epoch-ended': ruled(
    'link.epoch',
    protocol,
    '现用纪元',
    [
      '上级已知此节点有更新的纪元：它在别处恢复、重建或被接替过，来者是旧的一处。',
      'The upstream knows a later epoch of this node: it was restored, made anew or taken over elsewhere, and the caller is the old one.',
    ],
    [
      '同一节点若有两处同时写日志，版本编号会重复而内容不同；因此每个纪元只认后继，旧纪元不再收。',
      'Two holders of one name would give the same numbers to different versions; so an epoch that has a successor is not heard any more.',
    ],
  ),
  'epoch-claimed': ruled(
    'link.epoch',
    protocol,
    '所见日志的延续，且知道上一次通报',
    [
      '来者的日志比上级所见的短、与之不同，或不知道上一次通报：同一数据库被复制后在别处启动，或被放回旧备份。',
      'The caller’s log is shorter than what was seen or another one, or it does not know the last call: a copy of the database was started elsewhere, or an old backup was put back.',
    ],
    [
      '副本与原件带着同样的密钥，只有谁记得上一次通报能把它们分开；在签出任何东西之前就须认出。',
      'A copy has the same keys as its original; only who remembers the last call tells them apart, and it has to be told before anything is signed.',
    ],
  ),
  'epoch-unconfirmed': ruled(
    'link.epoch',
    protocol,
    '双方都已知晓的纪元',
    [
      '两节点之一进入了新的纪元，另一方还不知道，或新纪元的首条没有写明由哪一个纪元而来。',
      'One of the two has begun a new epoch that the other does not know yet, or whose first entry does not name the one that is known.',
    ],
    [
      '恢复过的节点可能失去了对方已收到的内容；先相互通报分叉处，才知道该补什么。',
      'A restored node may have lost what the other holds; only when both know the fork is it known what has to be sent again.',
    ],
  ),
  'submission-conflict': ruled(
    'submission.identity',
    protocol,
    '同一 id 只配同一内容',
    ['这个批次 id 以前用过，而这次的字节不同。', 'The submission id was used before, with other bytes.'],
    [
      '同一 id 同一字节才能安全重发；内容变了还用旧 id，就分不清哪一次算数。',
      'Retries are safe because one id means one content; otherwise nobody knows which counts.',
    ],
  ),
  'submission-not-open': ruled(
    'submission.control',
    protocol,
    '暂停：storing；恢复：paused；取消：storing、paused、incomplete',
    ['批次已经结束，或正处在不能这样操作的状态。', 'The submission has ended, or is in a state in which this cannot be done.'],
    [
      '回执一经签发不再改变；已入库的记录只能用新的批次更正或撤回。',
      'A receipt never changes once it is signed; what is stored is mended by a new submission.',
    ],
  ),
  'legacy-not-granted': ruled(
    'grant.legacy',
    protocol,
    '许可期内的存量数据，或不带 legacy 的批次',
    [
      '批次标明是存量数据，而报送单位没有这项许可，或许可已到期。',
      'The submission says that it is existing stock, and its sender has no permission for that, or it has ended.',
    ],
    [
      '存量标记随记录逐级上报，各级据此看待其日期；谁可以这样标、到何时为止，由节点管理员决定。',
      'The mark goes up with the records and tells every tier how to take their dates; an operator decides who may set it, and until when.',
    ],
  ),
  'succession-conflict': ruled(
    'identity.succession',
    protocol,
    '旧编号尚无现行继任，且新编号不归于旧编号',
    [
      '要登记的编号变更（改号、合并、拆分）与现行的关系相冲突：旧编号已有继任，或新编号最终又归于旧编号。',
      'The change of a number (renamed, merged, split) contradicts what stands: the old one has a successor already, or the new one leads back to the old one.',
    ],
    [
      '新旧编号须能从一头查到另一头；有两个去向或成环，就没有唯一的答案。',
      'From an old number one must come to what stands for it now; with two ways on, or in a ring, there is no one answer.',
    ],
  ),
  'send-up-not-possible': ruled(
    'link.send-up',
    protocol,
    '因地方行为代码等可由决定放行的原因留在本级的记录',
    [
      '要以决定上报的记录并未因可由决定放行的上报条件留在本级，或已有现行的决定。',
      'No rule that a decision may overcome keeps the record at this node, or such a decision stands already.',
    ],
    [
      '决定只针对政策写明可以放行的条件（如地方行为代码）；其他条件（如尚未公布、公布期限不全）不因决定而免除。',
      'A decision is for rules that say so (a provincial conduct code); other rules (not published yet, no publication term) stay as they are.',
    ],
  ),
  'correction-not-possible': ruled(
    'identity.correction',
    protocol,
    '来源不高于本级、且为该来源现行版本的 commitment',
    [
      '所指的版本不能由本节点更正：它已被来源更新，或来自更高一级，或该表没有业务主键。',
      'This node cannot correct the version: its source has sent a newer one, it came from a higher tier, or its table has no business key.',
    ],
    [
      '更正要写明针对哪一个版本，才不会改到操作人没有看过的内容；下级不得覆盖上级。',
      'A correction names the version it is about, so that nothing is changed that the operator has not seen; a lower tier never overwrites a higher one.',
    ],
  ),
  'idempotency-key-mismatch': ruled(
    'submission.idempotency-key',
    protocol,
    '与 id 相同，或不写',
    ['Idempotency-Key 头与信封里的 id 不同。', 'The Idempotency-Key header is not the id in the envelope.'],
    ['两个编号各指一事时，重发时无法判断是不是同一批。', 'With two ids a retry could not be told from a new submission.'],
  ),
  'atomic-too-large': ruled(
    'submission.atomic',
    protocol,
    '≤ 10,000 条且 ≤ 16 MiB',
    ['整批模式（mode=atomic）的批次太大。', 'The submission is too large for mode=atomic.'],
    ['整批入库占用一个事务，过大会挡住其他单位。', 'The whole takes one transaction, and a large one would block others.'],
  ),
  'parameter-invalid': ruled(
    'http.parameters',
    protocol,
    '见 /openapi.json',
    [
      '查询参数、路径或管理请求里的成员不合要求。',
      'A query parameter, a part of the path or a member of an administrative request is not valid.',
    ],
    [
      '不认识的参数不会被忽略：写错的 dryRun 若被忽略，试报就变成了真报。',
      'Unknown parameters are not ignored: a misspelt dryRun would store what was meant as a trial.',
    ],
  ),
  'too-many-requests': ruled(
    'node.pace',
    'RFC 6585 §4',
    '按 Retry-After 等待',
    ['短时间内请求过多。', 'Too many requests in a short time.'],
    ['限速使每个单位都能按时报送。', 'Limits leave room for everybody.'],
  ),
  'log-range-detached': ruled(
    'log.detached',
    'C2SP tlog-tiles',
    '序号在数据库中的条目；或先放回该段',
    [
      '答复需要日志的较早条目，而这一段已由管理员移出数据库，另行存放；散列块、快照及其他条目的证明照常。',
      'The answer needs old entries of the log, and an operator has taken that range out of the database and keeps it elsewhere; tiles, checkpoints and proofs of other entries are there as before.',
    ],
    [
      '少了的条目绝不当作没有：说明在哪里、摘要是什么，任何人都能凭散列块核对那里的文件。',
      'Missing entries never pass for none: whoever needs them learns where they are, and holds the files there against the tiles.',
    ],
  ),
  'version-range-detached': ruled(
    'versions.detached',
    http('15.5.11'),
    '现行版本、最新版本，以及内容在数据库中的版本；或先放回该段',
    [
      '答复需要较早版本的内容，而管理员已把它移出数据库，另行存放；现行与最新的版本、各版本的身份、次序与承诺值照常。',
      'The answer needs the content of an old version, and an operator has taken it out of the database and keeps it elsewhere; what is in force, the latest version, and the identity, order and commitment of every version are here as before.',
    ],
    [
      '移出的内容绝不当作空白：说明在哪里、摘要是什么，放回时逐条按承诺值核对。',
      'Content that was taken out never passes for empty: whoever needs it learns where it is, and what is put back is held against the commitments.',
    ],
  ),
  'not-ready': ruled(
    'node.ready',
    http('15.6.4'),
    '按 Retry-After 等待后原样重发',
    [
      '节点正在启动、停止、暂时连不上数据库，或接收名额已满；没有写入。',
      'The node is starting or stopping, cannot reach its database, or has no free place; nothing was stored.',
    ],
    ['稍后原样重发是安全的：同一 id 同一字节只会生效一次。', 'Sending the same bytes again is safe: they take effect once.'],
  ),
  'internal-error': ruled(
    'node.fault',
    http('15.6.1'),
    '原样重发',
    ['节点自身出错，没有完成这个请求。', 'The node failed by its own fault and did not finish the request.'],
    [
      '错误细节只在节点日志里，凭 traceId 可查；原样重发不会重复入库。',
      'The cause is in the node’s log under the traceId; sending the same again doubles nothing.',
    ],
  ),
} as const satisfies Readonly<Record<string, Teaching>>
