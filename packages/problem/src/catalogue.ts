/**
 * One row per problem code. `status` is the HTTP status of a problem of the whole request; record problems have none
 * (they travel inside a 200 receipt). Titles and hints are what people read: Chinese first, English second.
 */
export interface ProblemKind {
  readonly status: number | null
  readonly title: { readonly zh: string; readonly en: string }
  readonly hint: { readonly zh: string; readonly en: string }
  /** True when the same request may succeed later without being changed. */
  readonly retryable: boolean
}

const request = (status: number, zh: string, en: string, hintZh: string, hintEn: string, retryable = false) =>
  ({ status, title: { zh, en }, hint: { zh: hintZh, en: hintEn }, retryable }) as const

const record = (zh: string, en: string, hintZh: string, hintEn: string, retryable = false) =>
  ({ status: null, title: { zh, en }, hint: { zh: hintZh, en: hintEn }, retryable }) as const

export const catalogue = {
  // --- the whole request -------------------------------------------------------------------------------------------
  'credentials-missing': request(401, '缺少身份凭据', 'Credentials are missing', '在 Authorization 头中提供 API 密钥（Bearer），或按 RFC 9421 签名', 'Send an API key as Authorization: Bearer, or sign the request (RFC 9421)'),
  'credentials-invalid': request(401, '身份凭据无效', 'Credentials are not valid', '核对密钥是否抄全、是否已吊销或过期；可请管理员轮换', 'Check that the key is complete and neither revoked nor expired; an operator can rotate it'),
  'signature-invalid': request(401, '请求签名不符', 'The request signature does not verify', '核对签名所覆盖的字段、密钥编号和签名基准串', 'Check the covered components, the key id and the signature base'),
  'signature-expired': request(401, '请求签名已过期或时间偏差过大', 'The request signature is expired or from another time', '校准本机时钟后重新签名', 'Set the clock and sign again'),
  'signature-replayed': request(401, '请求签名已被使用过', 'The request signature was used before', '每次发送使用新的 nonce 重新签名', 'Sign again with a new nonce'),
  'not-allowed': request(403, '没有此项权限', 'Not allowed', '请管理员核对本单位的授权范围', 'Ask an operator to check what this participant may do'),
  'not-found': request(404, '没有找到', 'Not found', '核对地址和编号', 'Check the address and the id'),
  'method-not-allowed': request(405, '此地址不支持该方法', 'This address does not take that method', '参见 /openapi.json', 'See /openapi.json'),
  'request-malformed': request(400, 'HTTP 请求格式错误', 'The HTTP request is malformed', '检查客户端或代理发出的请求行、请求头与分块', 'Check the request line, headers and chunks that the client or proxy writes'),
  'request-too-slow': request(408, '请求传得过慢', 'The request arrives too slowly', '检查网络后重发；大批次可压缩或拆分', 'Check the network and send again; compress or split a large submission', true),
  'headers-too-large': request(431, '请求头过大', 'The headers are too large', '请求头合计不超过 16 KiB', 'All headers together take at most 16 KiB'),
  'body-incomplete': request(400, '请求体未传完', 'The body ended early', '重新发送完整的请求体', 'Send the whole body again', true),
  'body-too-large': request(413, '请求体过大', 'The body is too large', '拆成多个批次，或改用 NDJSON', 'Split it, or use NDJSON'),
  'body-empty': request(400, '请求体为空', 'The body is empty', '请求体应为一个报送批次（JSON、NDJSON）或一个文件；核对文件是否为空', 'The body must be one submission (JSON, NDJSON) or one file; see whether the file is empty'),
  'media-type-unsupported': request(415, '不支持的内容类型', 'The media type is not supported', '把 Content-Type 写作 allowed 所列之一', 'Write Content-Type as one of those in allowed'),
  'encoding-unsupported': request(415, '不支持的内容编码', 'The content encoding is not supported', '使用 identity、gzip 或 zstd', 'Use identity, gzip or zstd'),
  'encoding-broken': request(400, '压缩数据损坏或不完整', 'The compressed data is broken or ends early', '重新压缩后发送', 'Compress and send again'),
  'digest-mismatch': request(400, '内容摘要不符', 'The digest does not match the body', '按实际发送的字节重新计算 Content-Digest', 'Compute Content-Digest over the bytes that are sent'),
  'digest-missing': request(400, '缺少内容摘要', 'Content-Digest is missing', '签名的请求必须带 Content-Digest 并覆盖它', 'A signed request must carry Content-Digest and cover it'),
  'json-malformed': request(400, 'JSON 格式错误', 'The JSON is malformed', '用 JSON 校验工具检查所指位置', 'Check the place that is named with a JSON tool'),
  'json-not-utf8': request(400, '文本不是 UTF-8', 'The text is not UTF-8', '以 UTF-8 编码发送；整个请求体都是 GBK/GB18030 时也能识别，混用或截断则不收', 'Send UTF-8; a body that is GBK/GB18030 throughout is recognised too, one that mixes encodings or is cut is not'),
  'json-too-deep': request(400, 'JSON 嵌套过深', 'The JSON is nested too deeply', '报送批次最多嵌套 32 层', 'A submission nests at most 32 levels'),
  'json-duplicate-key': request(400, 'JSON 对象中有重复的键', 'An object has the same key twice', '每个键只写一次', 'Write every key once'),
  'envelope-invalid': request(422, '批次信封不合要求', 'The envelope is not valid', '按 /openapi.json 中的示例填写 id、standard、responsible', 'Fill id, standard and responsible as the example in /openapi.json shows'),
  'submission-empty': request(422, '批次中没有记录', 'The submission has no records', '至少报送一条记录', 'Send at least one record'),
  'standard-unknown': request(422, '没有此数据标准版本', 'No such standard release', '参见 /v1/standards', 'See /v1/standards'),
  'standard-invalid': request(422, '数据标准文件不能使用', 'The standard document cannot be used', 'errors 列出全部问题；改正后由发布机关重新签名', 'errors names everything; mend it and let the issuing authority sign it again'),
  'standard-unsigned': request(422, '数据标准文件没有可信的签名', 'The standard document has no signature that is trusted here', '取发布机关签名的文件，或在 HUIJIAO_STANDARD_KEYS 中登记其公钥', 'Take the document as the authority signed it, or name its key in HUIJIAO_STANDARD_KEYS'),
  'standard-conflict': request(409, '与已装载的数据标准冲突', 'It disagrees with the standard as it is loaded here', '修订号只能对应一份文件：内容变化时递增 revision', 'A revision number stands for one document: raise revision when the content changes'),
  'submission-conflict': request(409, '批次编号已用于不同内容', 'The submission id was used with other content', '保持原字节重发，或换一个新的 id（相同的记录会答“无变化”）', 'Keep the bytes, or use a new id (identical records then answer unchanged)'),
  'submission-not-open': request(409, '批次的状态不允许此操作', 'The state of the submission does not allow this', '查看 /v1/submissions/{id}；已结束的批次不再改变，原文丢失的请重发相同字节', 'Look at /v1/submissions/{id}; one that ended changes no more, one that lost its body waits for the same bytes again'),
  'succession-conflict': request(409, '编号变更关系相冲突', 'The succession contradicts what stands', '先撤销原有关系，或改从继任编号接续', 'Undo what stands first, or go on from the successor'),
  'correction-not-possible': request(409, '不能如此更正', 'It cannot be corrected like this', '重新读取记录，按现行版本的 commitment 更正；上级来源的数据由上级更正', 'Read the record again and correct the version in force; what a higher tier reported is corrected there'),
  'idempotency-key-mismatch': request(400, 'Idempotency-Key 与批次 id 不一致', 'Idempotency-Key is not the submission id', '去掉该头，或使其等于 id', 'Leave the header out, or make it equal to id'),
  'legacy-not-granted': request(403, '没有报送存量数据的许可', 'Not allowed to send existing stock', '请节点管理员开通限期许可，或去掉 legacy', 'Ask the node’s operator for a permission with an end, or leave legacy out'),
  'attachment-type': request(415, '不接收此类附件，或内容与所称类型不符', 'Attachments of this kind are not taken, or the content is of another kind', '按文件的真实格式填写 Content-Type；可接收的类型见 detail', 'Give the Content-Type of what the file really is; detail lists what is taken'),
  'attachment-quota': request(403, '附件存储配额已满', 'The quota of attachments is used up', '请管理员提高配额；从未被记录引用的附件到期后自动清除', 'Ask an operator for more; attachments that no record names are removed after a while'),
  'number-issuer-other': request(409, '本节点不编发此类编号', 'This node does not give these numbers', '谁编发由政策规定，见 detail', 'Policy says who gives them; see detail'),
  'number-letters-unknown': request(422, '该类别没有已公布的编号字母', 'No letters are published for this class', '此类编号请由报送单位按当地规则编制', 'Make this number by your local rule'),
  'numbers-exhausted': request(409, '该范围的编号已用完', 'The numbers of this range are used up', '项目编号每机关每日每分类至多 99 个：请用次日或与管理员商定', 'A project number has 99 a day, authority and type: use the next day, or ask an operator'),
  'number-request-conflict': request(409, '请求 id 已用于另一编号', 'The request id was used for another number', '换一个新的 id；原编号不变', 'Use a new id; the number that was given stands'),
  'atomic-too-large': request(413, '整批模式超出上限', 'Too large for atomic mode', '整批模式最多 10,000 条或 16 MiB；请改用 mode=partial', 'Atomic mode takes at most 10,000 records or 16 MiB; use mode=partial'),
  'parameter-invalid': request(400, '参数不合要求', 'A parameter is not valid', '参见 /openapi.json', 'See /openapi.json'),
  'too-many-requests': request(429, '请求过于频繁', 'Too many requests', '按 Retry-After 等待后重试', 'Wait as Retry-After says', true),
  'not-ready': request(503, '节点尚未就绪', 'The node is not ready', '稍后重试；/readyz 说明原因', 'Try again later; /readyz says why', true),
  'internal-error': request(500, '节点内部错误', 'The node failed', '凭 traceId 联系节点管理员；可安全重试', 'Tell the operator the traceId; it is safe to send again', true),

  // --- a file of rows: CSV, Excel, XML ---------------------------------------------------------------------------------
  'file-kind-unsupported': request(415, '不能读取这种文件', 'This kind of file cannot be read', '另存为 Excel 工作簿（.xlsx）或 CSV（UTF-8）后重报', 'Save it as an Excel workbook (.xlsx) or CSV (UTF-8) and send that'),
  'file-malformed': request(400, '文件已损坏或格式不完整', 'The file is damaged or incomplete', '用 Excel 或 WPS 打开并重新保存后再报；XML 请先用工具检查', 'Open it in Excel or WPS, save it again and send that; check XML with a tool first'),
  'workbook-too-large': request(413, '工作簿过大', 'The workbook is too large', '在 Excel 或 WPS 中“另存为 → CSV UTF-8（逗号分隔）”，按 text/csv 报送，大小不限；或拆成多个工作簿', 'In Excel or WPS choose Save as, CSV UTF-8 (comma delimited), and send it as text/csv, whatever its size; or split the workbook'),
  'xml-dtd-refused': request(400, 'XML 中不得有 DTD 或实体定义', 'XML with a DTD or entities is refused', '删去 <!DOCTYPE …> 后重报；行与字段不需要它', 'Remove <!DOCTYPE …>; rows and fields do not need it'),
  'file-text-encoding': request(400, '不能识别文件的文字编码', 'The text encoding of the file is not recognised', '用 UTF-8 或 GBK/GB18030 保存后重报；Excel 中选“CSV UTF-8”', 'Save it as UTF-8 or GBK/GB18030; in Excel choose CSV UTF-8'),
  'file-entity-unclear': request(422, '不知道这张表是哪个数据表', 'It is not clear which entity the rows belong to', '用 entity 参数写明数据表代码，或以数据表的代码或中文名命名工作表', 'Name the entity by the parameter entity, or name the sheet by the entity’s code or Chinese name'),
  'file-columns-invalid': request(422, '表头不合要求', 'The header is not valid', '表头写字段的中文名或代码，每个字段一列；可从 /v1/standards/{release}/templates/{entity}.xlsx 下载模板', 'Head each column by the field’s Chinese name or code, one column a field; templates are at /v1/standards/{release}/templates/{entity}.xlsx'),

  // --- one record --------------------------------------------------------------------------------------------------
  'entity-unknown': record('标准中没有此数据表', 'The standard has no such entity', '参见 /v1/standards', 'See /v1/standards'),
  'record-malformed': record('记录结构不合要求', 'The record is not well formed', '记录须有 entity、operation、sourceId，upsert 须有 data', 'A record has entity, operation, sourceId; an upsert has data'),
  'line-malformed': record('这一行不是合格的 JSON', 'The line is not sound JSON', '检查所指位置；一行一条记录，每个键只写一次，嵌套不超过 32 层', 'Check the place that is named; one record a line, every key once, at most 32 levels'),
  'number-unsafe': record('数字超出可精确表示的范围', 'The number is beyond exact range', '改用字符串', 'Send it as a string'),
  'attachment-missing': record('所列附件尚未上传', 'An attachment it names is not here', '先 PUT /v1/attachments/{摘要} 上传，再原样重报', 'PUT /v1/attachments/{digest} first, then send the record again as it is', true),
  'attachment-type-differs': record('附件的内容类型与上传时不同', 'The attachment was handed in as another media type', '按上传时的内容类型填写 mediaType', 'Give mediaType as it was when the attachment was handed in'),
  'record-too-large': record('单条记录过大', 'The record is too large', '单条记录最大 1 MiB；长文本与图片用附件', 'A record takes at most 1 MiB; send long texts and images as attachments'),
  'region-not-granted': record('超出授权的行政区域', 'The region is not granted', '只能报送授权区域内的项目或行为', 'Send only what lies in the granted regions'),
  'level-above-tier': record('数据等级高于本级可认定的等级', 'The data level is above what this tier can attain', '填写本级可认定的等级；更高等级由上级认定', 'Give the level that this tier can attain; a higher one is for the tier above to give'),
  'origin-not-granted': record('来源不在下级节点的辖区内', 'The origin is outside the lower node’s region', '下级节点只能转报本辖区来源', 'A lower node forwards only origins inside its region'),
  'source-version-conflict': record('同一来源版本号内容不同', 'Same sourceVersion, other content', '内容变化时请递增 sourceVersion', 'Raise sourceVersion when the content changes'),
  'version-conflict': record('同一版本的内容承诺不同', 'Same version, other commitment', '两级节点对同一版本各执一词，须人工核查', 'Two nodes disagree about one version; a person has to look'),
  'record-id-conflict': record('记录编号已属于另一业务主键', 'The record id belongs to another key', '须人工核查来源节点', 'A person has to look at the origin node'),
  'withdraw-in-force': record('已入库的记录不能撤回', 'A record in force cannot be withdrawn', '请走更正程序', 'Use the correction procedure'),
  'withdraw-conduct': record('行为记录不能撤回', 'Conduct is never withdrawn', '决定变更或撤销请走相应程序', 'A changed or revoked decision has its own procedure'),
  'atomic-rolled-back': record('整批模式下因其他记录退回', 'Refused with the atomic whole', '改正被退回的记录后整批重报', 'Mend the refused records and send the whole again', true),
  'release-unknown': record('上级不支持此标准版本', 'The upstream does not serve this release', '待上级装载该标准版本后重试', 'Retry when the upstream has loaded the release', true),
  'custody-invalid': record('流转证明不成立', 'The custody proof does not verify', '须人工核查下级节点的日志', 'A person has to look at the lower node’s log'),
  'parent-missing': record('所引用的上级记录尚未到达', 'The record it refers to is not here yet', '先报送被引用的记录；本记录待关联', 'Send the record it refers to; this one is held', true),
  'parent-never-came': record('所引用的记录在期限内始终没有到达', 'The record it refers to never came in time', '先报送被引用的记录，再原样重报本记录；核对引用的编号是否写错', 'Send the record it refers to, then send this one again as it is; check the number that names it'),
  'reference-missing': record('所引用的记录未找到', 'The record it refers to is not here', '核对引用的编号；被引用的记录入库后此提示自行消除', 'Check the number that names it; the note goes when the record it refers to is in force'),
  'reference-cycle': record('记录之间循环引用', 'Records refer to each other in a ring', '核对引用的编号；至少有一处写错', 'Check the numbers; at least one of them is wrong'),
  'manager-overlap': record('同一人在同期的多个项目上任项目负责人', 'One person leads several works at the same time', '核对人员、证件与起止日期；变更或竣工请及时报送', 'Check the person, the document and the dates; report a change of the leader, or the finish'),
  'finish-before-permit': record('竣工早于发放施工许可', 'Finished before the permit was issued', '核对日期；补录的历史数据可能如此', 'Check the dates; history entered later may be so'),

  // --- the cells of a file -------------------------------------------------------------------------------------------
  'cell-number-damaged': record('单元格中的编号被 Excel 改成了数值', 'Excel turned the number of a thing into a quantity', '先把该列设为“文本”格式，再按原件重新填写；Excel 数值只保留 15 位', 'Format the column as text, then type the value again from its source; Excel keeps 15 digits of a quantity'),
  'cell-error': record('单元格是错误值', 'The cell holds an error', '改正公式或填写真实值', 'Mend the formula or type the real value'),
  'cell-formula-empty': record('公式没有保存结果', 'The formula was saved without its result', '用 Excel 或 WPS 打开后重新保存，或“选择性粘贴 → 值”', 'Open and save it in Excel or WPS, or paste values'),
  'cell-merged': record('单元格被合并', 'The cell is part of a merged one', '取消合并，每一行都填写自己的值', 'Unmerge it and fill every row'),
  'row-malformed': record('这一行不能拆成单元格', 'The row cannot be read', '检查该行的引号是否成对、文字编码是否一致', 'Check that quotes are in pairs and that the text encoding is the same throughout'),

  // --- the fields of one record (packages/standard) ----------------------------------------------------------------
  'field-missing': record('缺少必填字段', 'A mandatory field is missing', '补填该字段后重报；字段说明见 /v1/schemas', 'Fill the field and send the record again; /v1/schemas describes it'),
  'field-empty': record('字段为空字符串', 'The field is an empty string', '必填字段请填写真实值；选填字段没有值时不要写该成员', 'Fill a mandatory field; leave an optional one out when there is no value'),
  'field-unknown': record('标准中没有此字段', 'The standard has no such field', '核对字段名的拼写与大小写；见 /v1/schemas', 'Check spelling and letter case; see /v1/schemas'),
  'type-wrong': record('值的类型不符', 'The value has another type', '代码、编号、金额用字符串；个数用整数', 'Codes, numbers of things and amounts are strings; counts are integers'),
  'too-long': record('超出字段长度', 'The value is too long', '长度按字符计；不要截断编号，请核对来源', 'Length counts characters; never cut a number, check where it comes from'),
  'text-invalid': record('文本中有不能保存的字符', 'The text has characters that cannot be kept', '删除控制字符；常见原因是编码转换错误', 'Remove control characters; a wrong text encoding is the usual cause'),
  'decimal-invalid': record('数值格式不符', 'The decimal is not well formed', '用十进制字符串，不用科学计数法、千分位和单位', 'Write a decimal string without exponent, separators or unit'),
  'integer-invalid': record('整数超出范围', 'The integer is out of range', '填写不小于 0 的整数', 'Give an integer that is not negative'),
  'date-invalid': record('日期不符', 'The date is not valid', '日期写作 YYYY-MM-DD；时间写作带时区的 RFC 3339', 'Write dates YYYY-MM-DD, instants as RFC 3339 with offset'),
  'code-unknown': record('代码不在字典中', 'The code is not in its dictionary', '字典见 /v1/standards；代码与标准版本相关', 'See /v1/standards for the dictionary; codes depend on the release'),
  'code-unlisted': record('代码未收录', 'The code is not among those held here', '本节点持有的该字典不完整，已照收；请核对代码', 'The dictionary held here is incomplete, so it was taken; check the code'),
  'region-unknown': record('没有此行政区划代码', 'No such region', '使用 GB/T 2260 六位代码或已登记的开发区等代码', 'Use a six-digit GB/T 2260 code, or a registered code of a zone'),
  'region-level-wrong': record('行政区划级别不符', 'The region has another level', '省填 xx0000，市填 xxxx00，区县填六位区县代码', 'Province xx0000, city xxxx00, county the six digits of the county'),
  'region-not-nested': record('区县不在所填城市内', 'County is not in the city', '核对省、市、区县三个代码', 'Check the codes of province, city and county'),
  'region-abolished': record('行政区划代码已撤销', 'The region code was abolished', '旧记录可沿用旧代码；新记录请用继任代码', 'Old records may keep it; use the successor for new ones'),
  'number-invalid': record('编号格式不符', 'The number is not well formed', '项目编号为 16 位：区划 6、日期 6、分类 2、顺序 2', 'A project number has 16 digits: region 6, date 6, type 2, sequence 2'),
  'number-region-mismatch': record('编号中的区划与记录不一致', 'The region in the number is not the record’s', '编号前六位应为项目所在地或其上级主管部门的区划', 'The first six digits are the region of the project or of an authority above it'),
  'number-inconsistent': record('编号与记录内容不一致', 'The number does not agree with the record', '核对编号中的日期、分类和所属项目', 'Check date, type and project in the number'),
  'company-code-invalid': record('单位代码不符', 'The company code is not valid', '填写 18 位统一社会信用代码，或 9 位（带连字符 10 位）组织机构代码', 'Give the 18 characters of the credit code, or the 9 (10 with hyphen) of the organisation code'),
  'credit-code-invalid': record('统一社会信用代码校验不符', 'The unified social credit code fails its check', '按营业执照核对；不使用字母 I、O、S、V、Z', 'Compare with the licence; the letters I O S V Z do not occur'),
  'organisation-code-invalid': record('组织机构代码校验不符', 'The organisation code fails its check', '按证书核对；有统一社会信用代码的请填该代码', 'Compare with the certificate; prefer the credit code where there is one'),
  'resident-id-invalid': record('身份证号校验不符', 'The resident identity number fails its check', '按证件核对；其他证件请改证件类型', 'Compare with the card; for other documents set the document type'),
  'resident-id-old': record('15 位旧身份证号', 'An old identity number of 15 digits', '可接收；有 18 位号码的请改报', 'Accepted; send the 18-character number where there is one'),
  'resident-id-inconsistent': record('身份证号与记录不一致', 'The identity number does not agree with the record', '核对出生日期和性别', 'Check date of birth and sex'),
  'placeholder-value': record('占位内容', 'A placeholder', '填写真实值；选填字段没有值时不要写该成员', 'Give the real value; leave an optional field out when there is none'),
  'spaces-around': record('首尾有空白', 'White space around the value', '去掉首尾空白', 'Remove it'),
  'characters-stray': record('值中有多余或全角字符', 'Stray or full-width characters', '编号、代码、电话用半角字符，中间不留空格或不可见字符', 'Write numbers, codes and telephones in half-width characters without spaces or invisible ones'),
  'text-garbled': record('文本是乱码', 'The text is garbled', '按正确的编码（UTF-8 或 GB18030）重新导出后报送', 'Export again in the right encoding (UTF-8 or GB18030) and send that'),
  'excel-damage': record('值被电子表格改坏', 'A spreadsheet has damaged the value', '把该列设为“文本”格式，从业务系统重新导出；丢失的位数无法恢复', 'Set the column to text and export again from the business system; lost digits cannot be restored'),
  'code-not-in-force': record('代码在记录的日期无效', 'The code is not in force at the record’s date', '改用该日期有效的代码；核对记录的日期', 'Use a code that is in force on that date, or check the date'),
  'company-codes-differ': record('两种单位代码不是同一单位', 'The two company codes are of different companies', '统一社会信用代码第 9–17 位应为组织机构代码；两者都保留，不截断', 'Characters 9 to 17 of the credit code are the organisation code; keep both, cut neither'),
  'sum-mismatch': record('合计与分项不符', 'Total and parts do not agree', '核对合计和各分项', 'Check the total and its parts'),
  'share-doubtful': record('比例可疑', 'The share is doubtful', '比例以百分数计，在 0 到 100 之间', 'A share is a percentage from 0 to 100'),
  'qualification-doubtful': record('资质资格可疑', 'The qualification is doubtful', '核对证书的种类、有效期与所承担的工作', 'Check kind and validity of the certificate against the works'),
  'conduct-code-inconsistent': record('行为代码与记录不一致', 'The conduct code does not agree with the record', '核对行为代码、类别与主体类型', 'Check the code, its class and the kind of company'),
  'date-order': record('日期先后可疑', 'The dates are in an unusual order', '核对两个日期；补录的历史数据可不改', 'Check the two dates; backfilled history may stay'),
  'date-future': record('日期在将来', 'The date lies in the future', '核对日期', 'Check the date'),
  'amount-doubtful': record('数额可疑', 'The amount is doubtful', '核对单位：本字段以万元计', 'Check the unit: this field counts 10,000 yuan'),
  'classified-project': record('疑似涉密工程', 'It looks like a classified project', '涉密工程不得通过本系统报送', 'Classified projects must not be sent through this system'),
  'condition-missing': record('缺少视情况必填的字段', 'A field is missing that is mandatory in this case', '补填该字段；缺少时可能不能上报上级', 'Fill it; without it the record may not go up'),
  'identity-number-in-text': record('文本中含身份证号', 'The text holds an identity number', '删去正文中的身份证号，另填入专门字段', 'Remove it from the text; it has a field of its own'),
  'key-invalid': record('业务主键不符', 'The business key is not valid', 'key 须恰好含该数据表的键字段；见 /v1/standards', 'key holds exactly the entity’s key fields; see /v1/standards'),
  'problems-many': record('问题过多，未全部列出', 'Too many problems to list', '先改正已列出的问题', 'Mend those that are listed first'),
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof catalogue
