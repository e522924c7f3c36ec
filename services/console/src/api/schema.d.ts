/* Generated from the node's OpenAPI document by `npm run generate`. */

export interface paths {
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers · 进程存活 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "status": "alive"
                         *     }
                         */
                        "application/json": {
                            /** @enum {unknown} */
                            status?: "alive";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ready for submissions, or what is missing · 是否就绪 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ready: boolean;
                            checks: {
                                name: string;
                                ready: boolean;
                                zh: string;
                                en: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ready: boolean;
                            checks: {
                                name: string;
                                ready: boolean;
                                zh: string;
                                en: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics · 监控指标 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Prometheus text */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every problem code · 全部问题代码 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            problems?: Record<string, unknown>[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a problem means, by which rule, and how to mend it · 问题说明 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example region-not-granted */
                    code: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/conformance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The conformance kit for vendors · 一致性检验包 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/conformance/kit.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the kit holds, and the digest that names it · 检验包目录 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {unknown} */
                            kit?: "huijiao-conformance";
                            /** @enum {unknown} */
                            version?: 1;
                            digest?: string;
                            vectors?: number;
                            /** @description By which the vectors were made · 例子按其制成 */
                            releases?: Record<string, unknown>[];
                            /** @description What this node judges by now, releases that it has loaded among them · 本节点现行的版本 */
                            served?: {
                                id?: string;
                                revision?: number;
                                issuer?: string;
                                digest?: string;
                                /** @description The vectors were made by exactly this revision */
                                vectors?: boolean;
                            }[];
                            tasks?: Record<string, unknown>[];
                            rules?: Record<string, unknown>[];
                            files?: Record<string, unknown>[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/conformance/kit.ndjson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole kit as one file: the manifest, then one vector a line · 整个检验包 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description NDJSON */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/conformance/vectors/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Vectors of one rule or task · 一条规则或一项任务的例子 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example check.credit-code.json */
                    file: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>[];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Facts and public keys of this node · 节点信息与公钥 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "name": "370100",
                         *       "region": "370100",
                         *       "tier": "municipal",
                         *       "epoch": {
                         *         "number": 1,
                         *         "id": "8c1f5e0a9b3d2c47"
                         *       },
                         *       "logOrigin": "370100/epoch/1/8c1f5e0a9b3d2c47",
                         *       "keys": [
                         *         {
                         *           "keyId": "370100-1",
                         *           "alg": "ed25519",
                         *           "publicKey": "…",
                         *           "verifierKey": "370100+1a2b3c4d+…",
                         *           "retiredAt": null,
                         *           "statement": null
                         *         }
                         *       ],
                         *       "time": "2026-09-01T01:30:02.114Z"
                         *     }
                         */
                        "application/json": {
                            name: string;
                            region: string;
                            tier: string;
                            epoch: Record<string, unknown>;
                            logOrigin?: string;
                            keys: {
                                keyId?: string;
                                /** @enum {unknown} */
                                alg?: "ed25519";
                                publicKey?: string;
                                verifierKey?: string;
                                retiredAt?: string | null;
                                /** @description By which the key follows the one before · 接续前一把密钥的声明 */
                                statement?: string | null;
                            }[];
                            time?: string;
                            /** @description All data of this node is made up · 全部为合成数据 */
                            synthetic?: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attachments/{digest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read back an attachment of one’s own · 取回本单位上传的附件
         * @description The read is written down before the first byte leaves. `HEAD` asks whether it is here.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description SHA-256 of the bytes, 64 hex digits in lower case · 内容的 SHA-256
                     * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                     */
                    digest: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The bytes, with their media type */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description Credentials */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not here, or not yours · 没有，或非本单位上传 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /**
         * Hand in evidence before the record that names it · 上传附件（先于引用它的记录）
         * @description The body is the file’s bytes as they are, without Content-Encoding. They are digested and must give the address; what they are is told from the content and must be what Content-Type says and the policy takes. The text of Word, Excel and OFD files is looked through for identity numbers, and `scan` says what was found, or that nobody looked. Safe to repeat. Attachments that no record ever names are removed after a while.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description SHA-256 of the bytes, 64 hex digits in lower case · 内容的 SHA-256
                     * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                     */
                    digest: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Already handed in by this participant · 本单位已上传过 */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description As a record lists it */
                            digest?: string;
                            mediaType?: string;
                            bytes?: number;
                            /** Format: date-time */
                            storedAt?: string;
                            /** @description Whether identity numbers stand in it: what the node could read of its text · 身份证号筛查 */
                            scan?: {
                                /** @enum {unknown} */
                                state?: "none" | "found" | "unscanned";
                                /** @description Different identity numbers */
                                found?: number;
                                /** @description Parts of a package, such as pictures, that were not read */
                                unread?: number;
                                /** @description What a person said of it */
                                checked?: {
                                    /** Format: date-time */
                                    at?: string;
                                    by?: string;
                                    reason?: string;
                                } | null;
                                detail?: string;
                                en?: {
                                    detail?: string;
                                };
                            };
                        };
                    };
                };
                /** @description Stored, durably · 已保存 */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description As a record lists it */
                            digest?: string;
                            mediaType?: string;
                            bytes?: number;
                            /** Format: date-time */
                            storedAt?: string;
                            /** @description Whether identity numbers stand in it: what the node could read of its text · 身份证号筛查 */
                            scan?: {
                                /** @enum {unknown} */
                                state?: "none" | "found" | "unscanned";
                                /** @description Different identity numbers */
                                found?: number;
                                /** @description Parts of a package, such as pictures, that were not read */
                                unread?: number;
                                /** @description What a person said of it */
                                checked?: {
                                    /** Format: date-time */
                                    at?: string;
                                    by?: string;
                                    reason?: string;
                                } | null;
                                detail?: string;
                                en?: {
                                    detail?: string;
                                };
                            };
                        };
                    };
                };
                /** @description The bytes do not give the digest, or ended early · 摘要不符或未传完 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The quota is used up · 配额已满 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too large · 过大 */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Of a kind that is not taken, or not what Content-Type says · 类型不可接收或不符 */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again after Retry-After · 稍后重试 */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/submissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand in a submission · 报送一个批次
         * @description The body is one submission: a JSON document (at most 16 MiB), or NDJSON with the envelope on the first line; or a file of rows (CSV of any size, an Excel workbook up to 20 MiB, XML), with what stands in an envelope said in the query; or a form (multipart/form-data) with one such file and the same names as fields. A file in GBK/GB18030 is recognised and noted in the receipt. `Content-Encoding`: identity, gzip or zstd. `Content-Digest` is optional with an API key and required with a signature. `Prefer: respond-async` asks for 202. `Idempotency-Key`, when given, equals the submission’s id.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Judge everything, store nothing, sign nothing; the answer is like a receipt, with the problems of all records by kind in `groups` · 试报：只检查不写入，答复中的 groups 是归类的问题 */
                    dryRun?: boolean;
                    /** @description With dryRun: `xlsx` answers the file itself with its faulty cells marked · 试报时取回标注了问题的工作簿 */
                    format?: "json" | "xlsx";
                    /** @description With dryRun: `asRead` of the answer holds the refused records (the first 1,000) as they were read from the file, to be mended and sent · 试报时连同被退回的记录原样返回，供修改后再报 */
                    asRead?: boolean;
                    /** @description A file: the submission’s id; without one it is made from the file and the rest, so that the same upload gets the same receipt · 文件报送的批次编号（UUID），可不填 */
                    id?: string;
                    /**
                     * @description A file: standard release · 数据标准版本
                     * @example 2018
                     */
                    standard?: string;
                    /** @description A file: when the data was produced, RFC 3339 · 数据产生时刻 */
                    producedAt?: string;
                    /** @description A file: the unit that answers for it · 报送单位 */
                    responsibleUnit?: string;
                    /** @description A file: the person who answers for it · 责任人 */
                    responsibleName?: string;
                    /** @description A file: that person’s account · 责任人账号 */
                    responsibleAccount?: string;
                    /**
                     * @description A file: code or Chinese name of the entity, when neither the sheet nor the file is named after it · 数据表代码或中文名
                     * @example TBProjectInfo
                     */
                    entity?: string;
                    /** @description A workbook: read this sheet only · 只读取此工作表 */
                    sheet?: string;
                    /** @description CSV or XML: its encoding when it is not to be detected · 文字编码（utf-8、gbk、gb18030） */
                    charset?: string;
                    /** @description XML: how values are written · XML 中值的写法 */
                    values?: "plain" | "base64-gbk" | "base64-utf8";
                    /** @description A file: its name · 文件名 */
                    name?: string;
                    /** @description A file: existing stock, which needs a permission · 存量数据（须有许可） */
                    legacy?: boolean;
                    /** @description partial: each record by itself (default); atomic: all or none · 逐条或整批 */
                    mode?: "partial" | "atomic";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Submission"];
                    "application/x-ndjson": string;
                    "text/csv": string;
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "application/xml": string;
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                        /** @description The envelope as JSON, instead of single fields · 也可以 JSON 给出信封 */
                        envelope?: string;
                        /** @description A file: the submission’s id; without one it is made from the file and the rest, so that the same upload gets the same receipt · 文件报送的批次编号（UUID），可不填 */
                        id?: string;
                        /**
                         * @description A file: standard release · 数据标准版本
                         * @example 2018
                         */
                        standard?: string;
                        /** @description A file: when the data was produced, RFC 3339 · 数据产生时刻 */
                        producedAt?: string;
                        /** @description A file: the unit that answers for it · 报送单位 */
                        responsibleUnit?: string;
                        /** @description A file: the person who answers for it · 责任人 */
                        responsibleName?: string;
                        /** @description A file: that person’s account · 责任人账号 */
                        responsibleAccount?: string;
                        /**
                         * @description A file: code or Chinese name of the entity, when neither the sheet nor the file is named after it · 数据表代码或中文名
                         * @example TBProjectInfo
                         */
                        entity?: string;
                        /** @description A workbook: read this sheet only · 只读取此工作表 */
                        sheet?: string;
                        /** @description CSV or XML: its encoding when it is not to be detected · 文字编码（utf-8、gbk、gb18030） */
                        charset?: string;
                        /**
                         * @description XML: how values are written · XML 中值的写法
                         * @enum {unknown}
                         */
                        values?: "plain" | "base64-gbk" | "base64-utf8";
                        /** @description A file: its name · 文件名 */
                        name?: string;
                        /** @description A file: existing stock, which needs a permission · 存量数据（须有许可） */
                        legacy?: boolean;
                    };
                };
            };
            responses: {
                /** @description The signed receipt; the same bytes for the same submission, for ever · 签名回执 */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Receipt"];
                    };
                };
                /** @description Received whole; it is being stored · 已收全，正在入库 */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id?: string;
                            /** @enum {unknown} */
                            state?: "storing" | "paused";
                            location?: string;
                        };
                    };
                };
                /** @description Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not allowed · 没有权限 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not found · 没有找到 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body arrives too slowly · 请求体传得过慢 */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The id was used with other content · 批次编号已用于不同内容 */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too large · 过大 */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Media type or encoding not supported · 内容类型或编码不支持 */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The envelope is not valid · 信封不合要求 */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again after Retry-After · 稍后重试 */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/submissions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State here and above · 批次在本级与上级的状态 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The sender’s id · 批次编号（UUID）
                     * @example 1e8ff4cc-25ea-4de4-aa4f-2531371bd198
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description State */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                /** @description Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not found · 没有找到 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/submissions/{id}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The receipt, byte for byte · 回执原文 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The sender’s id · 批次编号（UUID）
                     * @example 1e8ff4cc-25ea-4de4-aa4f-2531371bd198
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The signed receipt; the same bytes for the same submission, for ever · 签名回执 */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Receipt"];
                    };
                };
                /** @description Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not found · 没有找到 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/submissions/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far it is stored: records, rate, time left · 入库进度
         * @description Cheap to ask often. With `since` (the `mark` of the answer before) and `wait` it answers as soon as there is something new. Read from what is committed: the same from every process, and right after a crash.
         */
        get: {
            parameters: {
                query?: {
                    /** @description With `since`: answer after so many seconds at the latest · 最多等待的秒数 */
                    wait?: number;
                    /** @description `mark` of the answer before: wait until there is something new · 上一次答复中的 mark */
                    since?: string;
                };
                header?: never;
                path: {
                    /**
                     * @description The sender’s id · 批次编号（UUID）
                     * @example 1e8ff4cc-25ea-4de4-aa4f-2531371bd198
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Progress */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            submission?: {
                                id?: string;
                                participant?: string;
                            };
                            /** @enum {unknown} */
                            state?: "storing" | "paused" | "finished" | "incomplete";
                            /** @description `cancelled` when it was ended before its end */
                            outcome?: string | null;
                            legacy?: boolean;
                            /** Format: date-time */
                            receivedAt?: string;
                            /** Format: date-time */
                            finishedAt?: string | null;
                            progress?: {
                                records?: {
                                    done?: number;
                                    refused?: number;
                                };
                                counts?: {
                                    [key: string]: number;
                                };
                                /** @description Of the decoded body; `done` is null for JSON documents, workbooks and XML */
                                bytes?: {
                                    done?: number | null;
                                    total?: number;
                                };
                                share?: number | null;
                                /** @description Per second, over the latest parts */
                                rate?: {
                                    records?: number;
                                    bytes?: number | null;
                                } | null;
                                secondsLeft?: number | null;
                                parts?: number;
                                /** Format: date-time */
                                lastPartAt?: string | null;
                                paused?: {
                                    by?: string;
                                    /** Format: date-time */
                                    at?: string;
                                } | null;
                            };
                            /** @description Give it back as `since` */
                            mark?: string;
                        };
                    };
                };
                /** @description Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not found · 没有找到 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/submissions/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause at the end of the part under way · 暂停（当前分段入库后生效）
         * @description Only what is stored part by part can be paused: bodies above 1 MiB, and those answered with 202. What an operator paused only an operator resumes.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The sender’s id · 批次编号（UUID）
                     * @example 1e8ff4cc-25ea-4de4-aa4f-2531371bd198
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Progress after it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            submission?: {
                                id?: string;
                                participant?: string;
                            };
                            /** @enum {unknown} */
                            state?: "storing" | "paused" | "finished" | "incomplete";
                            /** @description `cancelled` when it was ended before its end */
                            outcome?: string | null;
                            legacy?: boolean;
                            /** Format: date-time */
                            receivedAt?: string;
                            /** Format: date-time */
                            finishedAt?: string | null;
                            progress?: {
                                records?: {
                                    done?: number;
                                    refused?: number;
                                };
                                counts?: {
                                    [key: string]: number;
                                };
                                /** @description Of the decoded body; `done` is null for JSON documents, workbooks and XML */
                                bytes?: {
                                    done?: number | null;
                                    total?: number;
                                };
                                share?: number | null;
                                /** @description Per second, over the latest parts */
                                rate?: {
                                    records?: number;
                                    bytes?: number | null;
                                } | null;
                                secondsLeft?: number | null;
                                parts?: number;
                                /** Format: date-time */
                                lastPartAt?: string | null;
                                paused?: {
                                    by?: string;
                                    /** Format: date-time */
                                    at?: string;
                                } | null;
                            };
                            /** @description Give it back as `since` */
                            mark?: string;
                        };
                    };
                };
                /** @description Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description An operator paused it · 由管理员暂停 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not found · 没有找到 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It is in another state · 状态不允许 */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/submissions/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on where the last part ended · 从上一分段末尾继续
         * @description Only what is stored part by part can be paused: bodies above 1 MiB, and those answered with 202. What an operator paused only an operator resumes.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The sender’s id · 批次编号（UUID）
                     * @example 1e8ff4cc-25ea-4de4-aa4f-2531371bd198
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Progress after it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            submission?: {
                                id?: string;
                                participant?: string;
                            };
                            /** @enum {unknown} */
                            state?: "storing" | "paused" | "finished" | "incomplete";
                            /** @description `cancelled` when it was ended before its end */
                            outcome?: string | null;
                            legacy?: boolean;
                            /** Format: date-time */
                            receivedAt?: string;
                            /** Format: date-time */
                            finishedAt?: string | null;
                            progress?: {
                                records?: {
                                    done?: number;
                                    refused?: number;
                                };
                                counts?: {
                                    [key: string]: number;
                                };
                                /** @description Of the decoded body; `done` is null for JSON documents, workbooks and XML */
                                bytes?: {
                                    done?: number | null;
                                    total?: number;
                                };
                                share?: number | null;
                                /** @description Per second, over the latest parts */
                                rate?: {
                                    records?: number;
                                    bytes?: number | null;
                                } | null;
                                secondsLeft?: number | null;
                                parts?: number;
                                /** Format: date-time */
                                lastPartAt?: string | null;
                                paused?: {
                                    by?: string;
                                    /** Format: date-time */
                                    at?: string;
                                } | null;
                            };
                            /** @description Give it back as `since` */
                            mark?: string;
                        };
                    };
                };
                /** @description Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description An operator paused it · 由管理员暂停 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not found · 没有找到 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It is in another state · 状态不允许 */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/submissions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End it here: what is stored stands, the rest is not judged; answers with the signed receipt at /receipt · 取消：已入库的保留，其余不再处理
         * @description Nothing that was acknowledged is undone. The receipt says `outcome: cancelled` and how far the body was judged; the same id with the same bytes is answered with it for ever. Send the rest under a new id: identical records answer `unchanged`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The sender’s id · 批次编号（UUID）
                     * @example 1e8ff4cc-25ea-4de4-aa4f-2531371bd198
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Progress after it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            submission?: {
                                id?: string;
                                participant?: string;
                            };
                            /** @enum {unknown} */
                            state?: "storing" | "paused" | "finished" | "incomplete";
                            /** @description `cancelled` when it was ended before its end */
                            outcome?: string | null;
                            legacy?: boolean;
                            /** Format: date-time */
                            receivedAt?: string;
                            /** Format: date-time */
                            finishedAt?: string | null;
                            progress?: {
                                records?: {
                                    done?: number;
                                    refused?: number;
                                };
                                counts?: {
                                    [key: string]: number;
                                };
                                /** @description Of the decoded body; `done` is null for JSON documents, workbooks and XML */
                                bytes?: {
                                    done?: number | null;
                                    total?: number;
                                };
                                share?: number | null;
                                /** @description Per second, over the latest parts */
                                rate?: {
                                    records?: number;
                                    bytes?: number | null;
                                } | null;
                                secondsLeft?: number | null;
                                parts?: number;
                                /** Format: date-time */
                                lastPartAt?: string | null;
                                paused?: {
                                    by?: string;
                                    /** Format: date-time */
                                    at?: string;
                                } | null;
                            };
                            /** @description Give it back as `since` */
                            mark?: string;
                        };
                    };
                };
                /** @description Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description An operator paused it · 由管理员暂停 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not found · 没有找到 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It is in another state · 状态不允许 */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/submissions/{id}/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records with problems: a page, by kind, or the whole list as a file · 有问题的记录：分页、归类或下载
         * @description Without `format`: a page of records (`after`, `limit`, go on at `next` until it is null), or with `group=true` the problems by kind. With `format`, or an `Accept` of that media type: everything, as a file. `code`, `field`, `severity` and `rule` choose among them in every form.
         */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    after?: number;
                    limit?: number;
                    /** @description Only this problem code · 只看此代码 */
                    code?: string;
                    /** @description Only this field: its code or Chinese name · 只看此字段（代码或中文名） */
                    field?: string;
                    /** @description Only these · 只看此程度 */
                    severity?: "error" | "doubt" | "warning";
                    /** @description Only this rule · 只看此规则 */
                    rule?: string;
                    /** @description By code, field and rule, with counts and first examples · 按代码、字段、规则归类 */
                    group?: boolean;
                    /** @description Download the whole list instead of a page: json, ndjson, csv, xlsx · 下载全部 */
                    format?: string;
                };
                header?: never;
                path: {
                    /**
                     * @description The sender’s id · 批次编号（UUID）
                     * @example 1e8ff4cc-25ea-4de4-aa4f-2531371bd198
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page, the groups, or the list · 一页、归类或全部 */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            submission?: string;
                            state?: string;
                            /** @description Records with problems; with group=true how many there are */
                            records?: unknown;
                            next?: number | null;
                            problems?: number;
                            groups?: components["schemas"]["ProblemGroup"][];
                        };
                        "application/x-ndjson": string;
                        "text/csv": string;
                    };
                };
                /** @description Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not found · 没有找到 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/submissions/{id}/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Outcome of every record, NDJSON · 逐条结果 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The sender’s id · 批次编号（UUID）
                     * @example 1e8ff4cc-25ea-4de4-aa4f-2531371bd198
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One JSON object a line */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
                /** @description Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not found · 没有找到 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/records/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Find a record by its business key · 按业务主键查找
         * @description The key travels in the body, never in an address. An entity keyed by `sourceId` is found among the caller’s own records. A number that became another (renamed, merged) is answered with the record that stands for it now, and `succession` tells how; after a split the old record answers and `successors` names the new ones. · 旧编号答以现行记录，并附变更链
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "entity": "TBProjectInfo",
                     *       "key": {
                     *         "PrjNum": "3701022609010101"
                     *       }
                     *     }
                     */
                    "application/json": {
                        entity: string;
                        key?: Record<string, unknown>;
                        sourceId?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/records/{recordId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A record with its streams, or what it says in another release · 记录
         * @description With `as` a derived view for export: what is in force in the words of another release, with what that loses (`lost`), assumes and lacks. Sealed fields stay masked, and nothing is judged or stored. · 带 as 时为导出用的派生视图
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description Release to say it in · 以哪一版表示
                     * @example 2018
                     */
                    as?: string;
                };
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/records/{recordId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every version, with who submitted it · 记录的全部版本 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/records/{recordId}/custody": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chain of custody of one version, to be verified offline · 流转轨迹 */
        get: {
            parameters: {
                query?: {
                    /** @description The one in force, else the latest, when absent */
                    version?: number;
                    /** @description <origin node>/<participant>, when several write the record */
                    stream?: string;
                };
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/numbers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A project or phase number, where this node gives them · 赋码：项目编号与阶段编号
         * @description Numbers come from a locked counter for each region, day and type, or project and letters; those that stand in stored records are passed over. A number given never changes: send the same id again and get the same bytes. Where policy says that the node above gives them, the question is passed on.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description Of your choice; the same id, the same number · 请求编号
                         */
                        id: string;
                        entity: string;
                        /**
                         * @description May be left out: the entity says it
                         * @enum {unknown}
                         */
                        kind?: "project" | "phase";
                        /** @description 2018 when absent */
                        standard?: string;
                        /** @description project: code of the registering authority · 登记机关区划 */
                        region?: string;
                        /** @description project: day of registration; today in Asia/Shanghai when absent · 登记日期 */
                        date?: string;
                        /** @description project: TBPRJTYPEDIC · 项目分类 */
                        type?: string;
                        /** @description phase: the project’s number · 项目编号 */
                        prjNum?: string;
                        /** @description phase: code of its class, such as ContractTypeNum · 类别代码 */
                        class?: string;
                    };
                };
            };
            responses: {
                /** @description The signed answer, the same bytes for the same id */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            number?: string;
                            /** @description The field that takes it */
                            field?: string;
                            sequence?: number;
                            /** @description The node that gave it */
                            issuer?: Record<string, unknown>;
                            /** Format: date-time */
                            issuedAt?: string;
                            /** @description The signed answer of the node above, when it gave the number */
                            above?: Record<string, unknown>;
                            signatures?: Record<string, unknown>[];
                        };
                    };
                };
                /** @description A member is not acceptable · 参数不合要求 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The region is not granted · 区域未授权 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Numbers are used up, given by somebody else, or the id was used for another · 用完、由他方编发或 id 冲突 */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No letters are published for the class · 该类别没有字母 */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The node above gave no answer; try again under the same id · 上级未答复 */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/epoch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Who calls, in which epoch, and how far its log has come; the same of this node · 通报纪元与日志位置
         * @description Signed, with `Content-Digest`. One holder of a node’s name is known at a time: 409 `epoch-claimed` for a copy or an old backup, 409 `epoch-ended` for one whose epoch has a successor, 409 `epoch-unconfirmed` for a new epoch that does not name the one that is known. `ask: true` claims nothing.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "contact": 1,
                     *       "call": "00000000000000000000000000000000",
                     *       "previous": [],
                     *       "epoch": {
                     *         "number": 1,
                     *         "id": "8c1f5e0a9b3d2c47"
                     *       },
                     *       "checkpoint": "370100/epoch/1/8c1f5e0a9b3d2c47\n42\n…\n\n— 370100 …\n",
                     *       "epochs": []
                     *     }
                     */
                    "application/json": {
                        /** @enum {unknown} */
                        contact: 1;
                        /** @description Random; written into the caller’s database before it calls · 本次通报号 */
                        call: string;
                        /** @description The latest calls before this one · 此前的通报号 */
                        previous: string[];
                        epoch: {
                            number: number;
                            id: string;
                        };
                        /** @description The caller’s latest checkpoint · 来者的已签名快照 */
                        checkpoint: string | null;
                        /** @description The entries that begin the caller’s epochs · 来者的纪元条目 */
                        epochs: {
                            index: number;
                            leaf: string;
                            body: string;
                            bodySalt: string;
                            inclusion?: string[];
                        }[];
                        ask?: boolean;
                        leaving?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "contact": 1,
                         *       "call": "00000000000000000000000000000000",
                         *       "node": {
                         *         "name": "370000",
                         *         "region": "370000",
                         *         "tier": "provincial"
                         *       },
                         *       "epoch": {
                         *         "number": 1,
                         *         "id": "5d0c1f2e3a4b5c6d"
                         *       },
                         *       "checkpoint": null,
                         *       "epochs": [],
                         *       "seen": {
                         *         "epoch": {
                         *           "number": 1,
                         *           "id": "8c1f5e0a9b3d2c47"
                         *         },
                         *         "size": 42,
                         *         "root": "sha-256:0000000000000000000000000000000000000000000000000000000000000000"
                         *       },
                         *       "lastCall": null,
                         *       "aliveNow": true,
                         *       "signatures": [
                         *         {
                         *           "alg": "ed25519",
                         *           "keyId": "370000-1",
                         *           "value": "…"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @enum {unknown} */
                            contact?: 1;
                            call?: string;
                            node?: Record<string, unknown>;
                            epoch?: {
                                number: number;
                                id: string;
                            };
                            checkpoint?: string | null;
                            epochs?: {
                                index: number;
                                leaf: string;
                                body: string;
                                bodySalt: string;
                                inclusion?: string[];
                            }[];
                            /** @description The furthest that was seen of the caller’s log · 所见来者日志 */
                            seen?: Record<string, unknown> | null;
                            /** @description By which the caller was heard last · 上一次通报号 */
                            lastCall?: string | null;
                            aliveNow?: boolean;
                            signatures?: Record<string, unknown>[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/epoch/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which of these deliveries are not here, after this node was restored · 恢复后缺哪些投递 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "deliveries": [
                     *         "8a6f0c3e-5b1d-8e2a-9c4f-0d7e6b5a4c3d"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        deliveries: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "unknown": [
                         *         "8a6f0c3e-5b1d-8e2a-9c4f-0d7e6b5a4c3d"
                         *       ]
                         *     }
                         */
                        "application/json": {
                            unknown?: string[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/epoch/returns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the caller delivered behind the fork of an epoch that it has left, newest first · 可取回的投递 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "epoch": {
                     *         "number": 1,
                     *         "id": "8c1f5e0a9b3d2c47"
                     *       },
                     *       "size": 42,
                     *       "before": null
                     *     }
                     */
                    "application/json": {
                        epoch: {
                            number: number;
                            id: string;
                        };
                        /** @description Length of the caller’s log at the fork · 分叉处 */
                        size: number;
                        /** @description `next` of the page before; null at first */
                        before: number | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "deliveries": [
                         *         {
                         *           "id": "8a6f0c3e-5b1d-8e2a-9c4f-0d7e6b5a4c3d",
                         *           "size": 57
                         *         }
                         *       ],
                         *       "next": null
                         *     }
                         */
                        "application/json": {
                            deliveries?: {
                                id?: string;
                                size?: number;
                            }[];
                            next?: number | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/epoch/returns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them, as it was delivered: records with their texts and proofs · 取回一批投递 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As between nodes (docs/protocol.md) */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/vnd.huijiao.versions+ndjson": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A lower node announces a key that follows its own · 下级节点通报接续的密钥
         * @description Signed, with `Content-Digest`. A statement is a note that the key before and the key that follows have both signed (docs/protocol.md, section 18). The caller’s own key is registered when the one before it is registered here, or when it is registered already; statements of nodes below the caller are kept for custody documents. `inForce`, in a request that this very key signed, ends the keys before it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "call": "00000000000000000000000000000000",
                     *       "statements": [
                     *         "huijiao-key/1\n370100\n370100-2 370100+…\n370100-1 370100+…\n2026-09-01T01:30:02.114Z\n\n— 370100 …\n— 370100 …\n"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description Random; stands in the answer · 随机数，答复中原样返回 */
                        call: string;
                        statements: string[];
                        inForce?: {
                            /** @description The key that signs from now on · 现用密钥 */
                            keyId: string;
                            /**
                             * Format: date-time
                             * @description When those before it end, at most 24 hours from now · 此前密钥的终止时间
                             */
                            until: string;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "call": "00000000000000000000000000000000",
                         *       "keys": [
                         *         "370100-1",
                         *         "370100-2"
                         *       ],
                         *       "signatures": [
                         *         {
                         *           "alg": "ed25519",
                         *           "keyId": "370000-1",
                         *           "value": "…"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            call?: string;
                            /** @description The caller’s keys that are registered here · 已登记的密钥 */
                            keys?: string[];
                            signatures?: Record<string, unknown>[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What levels above answered, corrected and published, past a cursor · 下行
         * @description For a business system everything it may see; for a lower node, where it names no `kinds`, what was answered to its records. An item is told at least once; its `index` and `at` say which it is.
         */
        get: {
            parameters: {
                query?: {
                    /** @description `cursor` of the page before; absent at first. Digits only: an index, as older lower nodes ask · 上一页的 cursor，首次不填 */
                    after?: string;
                    /** @description About how many items · 约多少条 */
                    limit?: number;
                    /** @description When there is nothing, wait so many seconds for something · 没有新内容时最多等待的秒数 */
                    wait?: number;
                    /**
                     * @description outcomes, corrections, notices, standards, records, with commas · 种类，逗号分隔
                     * @example outcomes,notices
                     */
                    kinds?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                [key: string]: unknown;
                            }[];
                            /** @description Ask for what follows with it · 续读游标 */
                            cursor: string;
                            /** @description The same as an index, for older lower nodes */
                            next: number;
                            more: boolean;
                            /** @description The node began a new epoch of its log since: some items may have been told before · 节点日志已换纪元，部分内容可能重复 */
                            restarted?: boolean;
                            /** @description For lower nodes: releases of the standard that count here or will; their documents are at /v1/standards/{release}/document */
                            standards?: {
                                [key: string]: unknown;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/feed/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records that count by authority, and corrections, with their proofs, for a lower node · 下行数据
         * @description The body has the form of a delivery between nodes, proven to this node’s checkpoint; sealed texts are their hashes. 204: nothing. The headers `Huijiao-Feed-Cursor` and `Huijiao-Feed-More` say how to go on.
         */
        get: {
            parameters: {
                query?: {
                    /** @description `cursor` of the page before; absent at first. Digits only: an index, as older lower nodes ask · 上一页的 cursor，首次不填 */
                    after?: string;
                    /** @description When there is nothing, wait so many seconds for something · 没有新内容时最多等待的秒数 */
                    wait?: number;
                    /** @description Codes with commas; absent: all that come down; empty: none · 数据表，逗号分隔 */
                    entities?: string;
                    /** @description Corrections of what the caller sent; true when absent · 是否包含更正 */
                    corrections?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Records · 记录 */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/vnd.huijiao.versions+ndjson": string;
                    };
                };
                /** @description Nothing past the cursor · 没有新内容 */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A lower node compares what it delivered with what is stored here · 下级节点与本级对账
         * @description For nodes only. Range-based set reconciliation: the lower node says what it holds of some ranges (digests of the ranges within, or the items when there are at most 32), and is told what this node holds where that differs. An item is a hash that names a place in a stream, and the commitment that stands there: no value of any record. Both sets end at the `cut`, a place in the lower node’s log. This node keeps nothing between two questions. The form is in docs/protocol.md.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reconcile": 1,
                     *       "run": "0d9fd4a3-7c2e-4b53-8a0f-6b2f5c1d9e11",
                     *       "cut": {
                     *         "epoch": 1,
                     *         "index": 4711
                     *       },
                     *       "compare": [
                     *         {
                     *           "range": "",
                     *           "children": [
                     *             [
                     *               "2026-09",
                     *               1250,
                     *               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
                     *             ]
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @enum {unknown} */
                        reconcile: 1;
                        /**
                         * Format: uuid
                         * @description The same in all questions of one comparison · 对账编号
                         */
                        run: string;
                        /** @description Items of entries below this index of the lower node’s log, in this epoch or an earlier one · 截止位置 */
                        cut: {
                            epoch: number;
                            index: number;
                        };
                        /** @description What the lower node holds of some ranges */
                        compare?: Record<string, unknown>[];
                        /** @description [range, id] of items that only this node has */
                        describe?: unknown[][];
                        /** @description Both hold the same: an equality certificate with the lower node’s signature */
                        certificate?: Record<string, unknown>;
                    };
                };
            };
            responses: {
                /** @description What this node holds where it differs; empty: the same */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {unknown} */
                            reconcile: 1;
                            node: string;
                            region: string;
                            tier: string;
                            statements?: Record<string, unknown>[];
                            described?: Record<string, unknown>[];
                            /** @description Signed by both; null when this node holds something else */
                            certificate?: Record<string, unknown> | null;
                        };
                    };
                };
                /** @description A member is not as it should be; `pointer` names it · 请求不合要求 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Credentials are missing or wrong · 身份凭据缺失或无效 */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller is no lower node · 不是下级节点 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many questions; `Retry-After` says when · 过于频繁 */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/successions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A lower node tells of numbers that changed · 下级节点通报编号变更
         * @description Signed, with `Content-Digest`. Numbers of projects within the caller’s regions; of companies and persons where no source here counts more. Each is answered by itself: `taken`, `known`, `waiting` (a record that it names has not come up yet: tell it again), `refused` with the problem. Safe to repeat. · 逐项答复；可重复通报。
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "successions": [
                     *         {
                     *           "act": "linked",
                     *           "id": "1e8ff4cc-25ea-4de4-aa4f-2531371bd198",
                     *           "origin": "370100",
                     *           "entity": "TBProjectInfo",
                     *           "kind": "renamed",
                     *           "from": [
                     *             {
                     *               "key": {
                     *                 "PrjNum": "3712021803120101"
                     *               }
                     *             }
                     *           ],
                     *           "to": [
                     *             {
                     *               "key": {
                     *                 "PrjNum": "3701161803120101"
                     *               }
                     *             }
                     *           ],
                     *           "effectiveOn": "2019-01-09",
                     *           "reason": "莱芜市并入济南市，项目重新赋码"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        successions: ({
                            /** @enum {unknown} */
                            act: "linked";
                            /** Format: uuid */
                            id: string;
                            /** @description Node where it was noted · 登记的节点 */
                            origin: string;
                            entity: string;
                            /** @enum {unknown} */
                            kind: "renamed" | "merged" | "split";
                            from: {
                                recordId?: string;
                                key?: Record<string, unknown>;
                            }[];
                            to: {
                                recordId?: string;
                                key?: Record<string, unknown>;
                            }[];
                            /** Format: date */
                            effectiveOn: string | null;
                            reason: string;
                        } | {
                            /** @enum {unknown} */
                            act: "undone";
                            /** Format: uuid */
                            id: string;
                            reason: string;
                        })[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "answers": [
                         *         {
                         *           "id": "1e8ff4cc-25ea-4de4-aa4f-2531371bd198",
                         *           "act": "linked",
                         *           "outcome": "taken"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            answers?: {
                                /** Format: uuid */
                                id?: string;
                                /** @enum {unknown} */
                                act?: "linked" | "undone";
                                /** @enum {unknown} */
                                outcome?: "taken" | "known" | "waiting" | "refused";
                                problem?: {
                                    [key: string]: unknown;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/log/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest signed checkpoint · 已签名快照 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Signed note */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/log/epochs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The entries that begin epochs of the log, with their bodies · 纪元条目 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "epochs": []
                         *     }
                         */
                        "application/json": {
                            epochs: {
                                index?: number;
                                leaf?: string;
                                /** @description What the entry says: the epoch that begins, and the epoch, length and root that it continues · 条目正文 */
                                body?: string;
                                bodySalt?: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/log/tile/{*}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of hashes, or a bundle of entries (C2SP tlog-tiles) · 日志分块 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    "*": string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Bytes */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/log/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Signed checkpoints, newest first · 已签名快照历史 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                /** @description Entries that it covers · 条目数 */
                                size: number;
                                /** @description base64 */
                                root: string;
                                /** @description As it was signed (C2SP signed-note) */
                                note: string;
                                /** Format: date-time */
                                signedAt: string;
                            }[];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search what is public · 公开检索
         * @description Companies, projects, decisions and permits by two or more characters of a name, the first letters of pinyin, numbers and codes; persons only by their whole name or a whole certificate number. At most 20 a page. · 人员须输入完整姓名或证书编号
         */
        get: {
            parameters: {
                query: {
                    /** @example 示例花园 */
                    q: string;
                    library?: "enterprise" | "person" | "project" | "conduct";
                    region?: string;
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items?: {
                                recordId: string;
                                entity: string;
                                entityName: {
                                    zh?: string;
                                    en?: string;
                                };
                                /** @enum {unknown} */
                                library: "enterprise" | "person" | "project" | "conduct";
                                name: string;
                                number: string;
                                region: string;
                                regionName: string;
                                /** @enum {unknown} */
                                state: "in-force" | "withdrawn" | "pending_review" | "doubtful" | "held" | "superseded" | "refused";
                                several: boolean;
                                facts: {
                                    code: string;
                                    zh: string;
                                    en: string;
                                    kind?: string;
                                    /** @enum {unknown} */
                                    privacy?: "open" | "named" | "sealed";
                                    value?: unknown;
                                    text?: {
                                        zh?: string;
                                        en?: string;
                                    };
                                    unit?: string;
                                    hidden?: boolean;
                                }[];
                            }[];
                            next?: string | null;
                            tooMany?: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/records/{recordId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A public record with what hangs together with it · 公开记录
         * @description Fields that the policy shows, by their names; of a company its certificates, projects, persons and conduct; of a project its steps and parties; of a person registrations, projects and conduct. Conduct only within its publication term. · 依规公开的字段与关联
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            fields?: {
                                code: string;
                                zh: string;
                                en: string;
                                kind?: string;
                                /** @enum {unknown} */
                                privacy?: "open" | "named" | "sealed";
                                value?: unknown;
                                text?: {
                                    zh?: string;
                                    en?: string;
                                };
                                unit?: string;
                                hidden?: boolean;
                            }[];
                            withheld?: {
                                zh?: string;
                                en?: string;
                            }[];
                            linked?: {
                                entity: string;
                                entityName: {
                                    zh?: string;
                                    en?: string;
                                };
                                /** @enum {unknown} */
                                direction: "below" | "above";
                                count: number;
                                /** @description There are more than were counted · 未数尽 */
                                more: boolean;
                                items: {
                                    recordId: string;
                                    entity: string;
                                    entityName: {
                                        zh?: string;
                                        en?: string;
                                    };
                                    /** @enum {unknown} */
                                    library: "enterprise" | "person" | "project" | "conduct";
                                    name: string;
                                    number: string;
                                    region: string;
                                    regionName: string;
                                    /** @enum {unknown} */
                                    state: "in-force" | "withdrawn" | "pending_review" | "doubtful" | "held" | "superseded" | "refused";
                                    several: boolean;
                                    facts: {
                                        code: string;
                                        zh: string;
                                        en: string;
                                        kind?: string;
                                        /** @enum {unknown} */
                                        privacy?: "open" | "named" | "sealed";
                                        value?: unknown;
                                        text?: {
                                            zh?: string;
                                            en?: string;
                                        };
                                        unit?: string;
                                        hidden?: boolean;
                                    }[];
                                }[];
                            }[];
                            conduct?: {
                                /** @enum {unknown} */
                                kind?: "bad" | "good" | "taken-down";
                                day?: string;
                                number?: string;
                                record?: {
                                    recordId: string;
                                    entity: string;
                                    entityName: {
                                        zh?: string;
                                        en?: string;
                                    };
                                    /** @enum {unknown} */
                                    library: "enterprise" | "person" | "project" | "conduct";
                                    name: string;
                                    number: string;
                                    region: string;
                                    regionName: string;
                                    /** @enum {unknown} */
                                    state: "in-force" | "withdrawn" | "pending_review" | "doubtful" | "held" | "superseded" | "refused";
                                    several: boolean;
                                    facts: {
                                        code: string;
                                        zh: string;
                                        en: string;
                                        kind?: string;
                                        /** @enum {unknown} */
                                        privacy?: "open" | "named" | "sealed";
                                        value?: unknown;
                                        text?: {
                                            zh?: string;
                                            en?: string;
                                        };
                                        unit?: string;
                                        hidden?: boolean;
                                    }[];
                                } | null;
                            }[];
                            parties?: {
                                role?: {
                                    zh?: string;
                                    en?: string;
                                };
                                name?: string;
                                code?: string;
                                recordId?: string | null;
                                person?: {
                                    name?: string;
                                    recordId?: string | null;
                                } | null;
                            }[];
                            projects?: {
                                /**
                                 * @example {
                                 *       "recordId": "r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d",
                                 *       "entity": "TBProjectInfo",
                                 *       "entityName": {
                                 *         "zh": "工程项目基本信息",
                                 *         "en": "Project basic information"
                                 *       },
                                 *       "library": "project",
                                 *       "name": "示例花园（合成）",
                                 *       "number": "3701022609010101",
                                 *       "region": "370102",
                                 *       "regionName": "山东省济南市历下区",
                                 *       "state": "in-force",
                                 *       "several": false,
                                 *       "facts": [
                                 *         {
                                 *           "code": "AllInvest",
                                 *           "zh": "总投资（万元）",
                                 *           "en": "Total investment",
                                 *           "kind": "decimal",
                                 *           "privacy": "open",
                                 *           "value": "18600.5",
                                 *           "unit": "万元"
                                 *         }
                                 *       ]
                                 *     }
                                 */
                                project?: {
                                    recordId: string;
                                    entity: string;
                                    entityName: {
                                        zh?: string;
                                        en?: string;
                                    };
                                    /** @enum {unknown} */
                                    library: "enterprise" | "person" | "project" | "conduct";
                                    name: string;
                                    number: string;
                                    region: string;
                                    regionName: string;
                                    /** @enum {unknown} */
                                    state: "in-force" | "withdrawn" | "pending_review" | "doubtful" | "held" | "superseded" | "refused";
                                    several: boolean;
                                    facts: {
                                        code: string;
                                        zh: string;
                                        en: string;
                                        kind?: string;
                                        /** @enum {unknown} */
                                        privacy?: "open" | "named" | "sealed";
                                        value?: unknown;
                                        text?: {
                                            zh?: string;
                                            en?: string;
                                        };
                                        unit?: string;
                                        hidden?: boolean;
                                    }[];
                                };
                                as?: {
                                    zh?: string;
                                    en?: string;
                                }[];
                            }[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/records/{recordId}/linked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Linked public records of one table, page by page · 关联记录 */
        get: {
            parameters: {
                query: {
                    entity: string;
                    direction?: "below" | "above";
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                };
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items?: {
                                recordId: string;
                                entity: string;
                                entityName: {
                                    zh?: string;
                                    en?: string;
                                };
                                /** @enum {unknown} */
                                library: "enterprise" | "person" | "project" | "conduct";
                                name: string;
                                number: string;
                                region: string;
                                regionName: string;
                                /** @enum {unknown} */
                                state: "in-force" | "withdrawn" | "pending_review" | "doubtful" | "held" | "superseded" | "refused";
                                several: boolean;
                                facts: {
                                    code: string;
                                    zh: string;
                                    en: string;
                                    kind?: string;
                                    /** @enum {unknown} */
                                    privacy?: "open" | "named" | "sealed";
                                    value?: unknown;
                                    text?: {
                                        zh?: string;
                                        en?: string;
                                    };
                                    unit?: string;
                                    hidden?: boolean;
                                }[];
                            }[];
                            next?: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/records/{recordId}/custody": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The chain of custody of the version in force, to be verified by anybody · 流转轨迹
         * @description Texts with fields that are not shown are told by their hash, which proves the same.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Verified with `huijiao verify`, or in the page · 可离线核验 */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys by which this node knows itself and its neighbours · 本节点所知的公钥 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "keys": [
                         *         {
                         *           "node": "370100",
                         *           "verifierKey": "370100+1a2b3c4d+…",
                         *           "source": "own"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            keys?: {
                                node?: string;
                                verifierKey?: string;
                                /** @enum {unknown} */
                                source?: "own" | "registered" | "upstream";
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/standards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Releases with their revisions and how complete they are, and what the caller may send · 数据标准与授权 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "releases": [
                         *         {
                         *           "id": "2018",
                         *           "revision": 1,
                         *           "issuer": "000000",
                         *           "digest": "sha-256:0000000000000000000000000000000000000000000000000000000000000000",
                         *           "since": "1970-01-01T00:00:00.000Z",
                         *           "revisions": [
                         *             {
                         *               "release": "2018",
                         *               "revision": 2,
                         *               "issuer": "000000",
                         *               "digest": "sha-256:0000000000000000000000000000000000000000000000000000000000000000",
                         *               "state": "scheduled",
                         *               "effectiveFrom": "2027-01-01T00:00:00.000Z",
                         *               "origin": "upstream",
                         *               "signedBy": [
                         *                 "000000-1"
                         *               ],
                         *               "document": "/v1/standards/2018/document?revision=2&issuer=000000"
                         *             }
                         *           ],
                         *           "incomplete": [
                         *             {
                         *               "dictionary": "TBCORPBADDIC",
                         *               "name": "企业不良行为代码",
                         *               "codes": 30,
                         *               "missing": "仅收录有据可查的代码",
                         *               "en": {
                         *                 "missing": "only codes that a source states"
                         *               }
                         *             }
                         *           ],
                         *           "entities": [
                         *             {
                         *               "code": "TBProjectInfo",
                         *               "name": "项目基本信息",
                         *               "group": "project",
                         *               "key": [
                         *                 "PrjNum"
                         *               ],
                         *               "schema": "/v1/schemas/2018/TBProjectInfo.json"
                         *             }
                         *           ],
                         *           "dictionaries": [
                         *             {
                         *               "code": "TBPRJTYPEDIC",
                         *               "name": "项目分类",
                         *               "closed": true,
                         *               "complete": true,
                         *               "codes": 3
                         *             }
                         *           ]
                         *         }
                         *       ],
                         *       "coming": []
                         *     }
                         */
                        "application/json": {
                            releases: Record<string, unknown>[];
                            coming?: Record<string, unknown>[];
                            caller?: Record<string, unknown>;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/standards/{release}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A whole release as data: entities, dictionaries, rules, policy, clocks, regions · 一版数据标准全文（数据） */
        get: {
            parameters: {
                query?: {
                    /** @description Absent: the one that counts now · 缺省为现行修订 */
                    revision?: number;
                    /** @description Region code of the authority that issued it · 发布机关 */
                    issuer?: string;
                };
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "2018",
                         *       "revision": 1,
                         *       "issuer": "000000",
                         *       "digest": "sha-256:0000000000000000000000000000000000000000000000000000000000000000",
                         *       "state": "in-force",
                         *       "entities": [],
                         *       "dictionaries": []
                         *     }
                         */
                        "application/json": {
                            id: string;
                            revision: number;
                            issuer: string;
                            digest: string;
                            /** @enum {unknown} */
                            state?: "in-force" | "scheduled" | "past" | "kept";
                            entities: Record<string, unknown>[];
                            dictionaries: Record<string, unknown>[];
                            rules?: Record<string, unknown>;
                            policy?: Record<string, unknown>;
                            clocks?: Record<string, unknown>[];
                            regions?: Record<string, unknown>;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/standards/{release}/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The signed document of a release, as it is loaded and taken from above · 已签名的数据标准文件
         * @description Without its member `signatures` the document has the RFC 8785 text that `digest` names and the signatures cover. The last signature is this node’s.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Absent: the one that counts now · 缺省为现行修订 */
                    revision?: number;
                    /** @description Region code of the authority that issued it · 发布机关 */
                    issuer?: string;
                };
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "2018",
                         *       "revision": 2,
                         *       "issuer": "000000",
                         *       "signatures": [
                         *         {
                         *           "alg": "ed25519",
                         *           "keyId": "000000-1",
                         *           "value": "…"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            id: string;
                            revision: number;
                            signatures: {
                                /** @enum {unknown} */
                                alg?: "ed25519";
                                keyId?: string;
                                value?: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schemas/{release}/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** JSON Schema of an entity’s data · 数据表结构 */
        get: {
            parameters: {
                query?: {
                    /** @description Absent: the one that counts now · 缺省为现行修订 */
                    revision?: number;
                    /** @description Region code of the authority that issued it · 发布机关 */
                    issuer?: string;
                };
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                    /** @example TBProjectInfo.json */
                    file: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dictionaries/{release}/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One dictionary with its codes, those valid on a day when one is named · 字典 */
        get: {
            parameters: {
                query?: {
                    /** @description Absent: the one that counts now · 缺省为现行修订 */
                    revision?: number;
                    /** @description Region code of the authority that issued it · 发布机关 */
                    issuer?: string;
                    /**
                     * @description Codes valid on this day · 只列该日有效的代码
                     * @example 2026-09-01
                     */
                    at?: string;
                };
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                    /** @example TBPRJTYPEDIC */
                    code: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/standards/{release}/document.html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A whole release as one HTML page for people · 一版数据标准全文（网页）
         * @description Every table, field, dictionary, code, rule, value and period with an anchor; no script. `/v1/standards/{release}` answers with it too when `text/html` is accepted.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Absent: the one that counts now · 缺省为现行修订 */
                    revision?: number;
                    /** @description Region code of the authority that issued it · 发布机关 */
                    issuer?: string;
                };
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description text/html */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/standards/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The difference of two releases, or of two revisions of one · 两版数据标准的差别
         * @description What was added, removed and changed in tables, fields, dictionaries, codes, rules, policy, clocks, regions, with before and after. `effect`: `stricter` (more is asked for, or less is taken), `weaker`, `different` (neither can be said), `none`. HTML when `text/html` is accepted.
         */
        get: {
            parameters: {
                query: {
                    /** @example 2014 */
                    from: string;
                    /** @example 2018 */
                    to: string;
                    /** @description Absent: the one that counts now · 缺省为现行修订 */
                    fromRevision?: number;
                    /** @description Absent: the one that counts now · 缺省为现行修订 */
                    toRevision?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "from": {
                         *         "id": "2014",
                         *         "revision": 1,
                         *         "issuer": "000000",
                         *         "digest": "sha-256:0000000000000000000000000000000000000000000000000000000000000000"
                         *       },
                         *       "to": {
                         *         "id": "2018",
                         *         "revision": 1,
                         *         "issuer": "000000",
                         *         "digest": "sha-256:0000000000000000000000000000000000000000000000000000000000000000"
                         *       },
                         *       "counts": {
                         *         "fields": {
                         *           "added": 71,
                         *           "removed": 28,
                         *           "changed": 89
                         *         }
                         *       },
                         *       "effects": {
                         *         "stricter": 57,
                         *         "weaker": 75,
                         *         "different": 39,
                         *         "none": 119
                         *       },
                         *       "changes": [
                         *         {
                         *           "part": "fields",
                         *           "kind": "changed",
                         *           "at": "/entities/TBProjectInfo/fields/PrjName/length",
                         *           "entity": "TBProjectInfo",
                         *           "field": "PrjName",
                         *           "name": "项目名称",
                         *           "member": "length",
                         *           "before": 200,
                         *           "after": 250,
                         *           "effect": "weaker"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            from: Record<string, unknown>;
                            to: Record<string, unknown>;
                            counts: Record<string, unknown>;
                            effects: Record<string, unknown>;
                            unchanged?: Record<string, unknown>;
                            names?: Record<string, unknown>;
                            changes: {
                                part?: string;
                                /** @enum {unknown} */
                                kind?: "added" | "removed" | "changed";
                                at?: string;
                                before?: unknown;
                                after?: unknown;
                                /** @enum {unknown} */
                                effect?: "stricter" | "weaker" | "different" | "none";
                                /** @enum {unknown} */
                                meaning?: "same" | "other" | "unknown";
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/standards/mapping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One release in the words of another, and what is lost · 两版对照及丢失的内容
         * @description For export; no record under way is rewritten. Every table, field and code: `same`, `renamed`, by `rule`, `wider` or `lost`, with why, basis and whether that is inferred. HTML when `text/html` is accepted.
         */
        get: {
            parameters: {
                query: {
                    /** @example 2014 */
                    from: string;
                    /** @example 2018 */
                    to: string;
                    /** @description Absent: the one that counts now · 缺省为现行修订 */
                    fromRevision?: number;
                    /** @description Absent: the one that counts now · 缺省为现行修订 */
                    toRevision?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "from": "2014",
                         *       "to": "2018",
                         *       "basis": "…",
                         *       "counts": {
                         *         "entities": {
                         *           "mapped": 22,
                         *           "lost": 0
                         *         },
                         *         "fields": {
                         *           "same": 405,
                         *           "renamed": 3,
                         *           "rule": 3,
                         *           "lost": 26
                         *         },
                         *         "codes": {
                         *           "same": 986,
                         *           "wider": 0,
                         *           "lost": 9
                         *         }
                         *       },
                         *       "entities": [],
                         *       "codes": [
                         *         {
                         *           "dictionary": "TBPRJFUNCTIONDIC",
                         *           "code": "015",
                         *           "name": "桥隧",
                         *           "to": null,
                         *           "toName": null,
                         *           "how": "lost",
                         *           "candidates": [
                         *             "015",
                         *             "020"
                         *           ],
                         *           "zh": "2014 版“桥隧”包括桥梁和隧道，2018 版分为 015 桥梁、020 隧道，由代码看不出是哪一个",
                         *           "en": "桥隧 of 2014 is bridges and tunnels; 2018 has 015 bridges and 020 tunnels, and the code does not say which",
                         *           "basis": "RULES.md 4",
                         *           "inferred": true
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            from: string;
                            to: string;
                            basis: string;
                            counts: Record<string, unknown>;
                            entities: Record<string, unknown>[];
                            codes: Record<string, unknown>[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/standards/{release}/templates/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Template workbook of an entity, or a dictionary as a workbook · 数据表填报模板，或字典的现行内容
         * @description Of an entity: header in Chinese with the codes beneath, mandatory columns marked, drop-downs from the dictionaries, a note from the standard on every header, examples and instructions. Of a dictionary: its codes as they count now, in the columns that replacing it by a file takes.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                    /** @example TBProjectInfo.xlsx */
                    file: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A workbook */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    };
                };
                /** @description No such release, entity or dictionary · 没有此标准版本、数据表或字典 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/regions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of administrative divisions by code, former codes too · 行政区划名称 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "regions": {
                         *         "370000": "山东省",
                         *         "370100": "济南市",
                         *         "370102": "历下区"
                         *       }
                         *     }
                         */
                        "application/json": {
                            regions: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of the entities of all releases that this node serves, by code · 数据表名称 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "entities": {
                         *         "TBProjectInfo": {
                         *           "zh": "工程项目基本信息表",
                         *           "en": "Project"
                         *         }
                         *       }
                         *     }
                         */
                        "application/json": {
                            entities: {
                                [key: string]: {
                                    zh: string;
                                    en: string;
                                };
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/captcha": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A captcha for the sign-in: a picture, or work for the page · 登录验证码
         * @description `image`: five characters as SVG. `work`: nothing to see or hear; find an `answer` so that SHA-256 of `<id>:<answer>` begins with `bits` zero bits (a page needs about a second). Good for five minutes and one try. · image 为图片；work 供看不清图片者使用：由页面计算，无须辨认。
         */
        get: {
            parameters: {
                query?: {
                    /** @description image when absent */
                    form?: "image" | "work";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "3q2-7wEjRWeJq83vEjRWeA",
                         *       "form": "work",
                         *       "bits": 18,
                         *       "expiresAt": "2026-09-01T01:35:00.000Z"
                         *     }
                         */
                        "application/json": {
                            id: string;
                            /** @enum {unknown} */
                            form: "image" | "work";
                            svg?: string;
                            bits?: number;
                            /** Format: date-time */
                            expiresAt: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who calls, and what they may do · 当前用户与权限 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            signedIn?: boolean;
                            /**
                             * @description What the sign-in still needs · 登录的下一步
                             * @enum {string|null}
                             */
                            next?: "second-factor" | null;
                            /** @description Give it back with the code, within five minutes */
                            challenge?: string;
                            /** @description Null for the operator token */
                            operator?: {
                                operatorId?: string;
                                userName?: string;
                                displayName?: string | null;
                                secondFactor?: boolean;
                            } | null;
                            /** @enum {unknown} */
                            role?: "administrator" | "operator" | "clerk" | "viewer";
                            regions?: string[];
                            /** @description The regions cover the node’s own · 涵盖本节点全部辖区 */
                            wholeNode?: boolean;
                            /** @description Routes that this account may call · 可用接口 */
                            rights?: {
                                method?: string;
                                route?: string;
                            }[];
                            /** @description What has to be done before anything else */
                            duties?: ("change-password" | "enrol-second-factor")[];
                            session?: string | null;
                            /** @description Send it as X-CSRF-Token with every request that changes something */
                            csrf?: string | null;
                            /** Format: date-time */
                            idleAt?: string | null;
                            /** Format: date-time */
                            expiresAt?: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Sign in: user name and password, then the code of the second factor · 登录
         * @description First step: `userName`, `password`, and `captcha` once an attempt has failed. The answer is the session (as GET gives it, with its cookie), or `next: "second-factor"` and a `challenge`. Second step: `challenge` and `code` (six digits, or a recovery code). · 第一步：用户名、口令，失败一次后附验证码；如需动态口令，第二步：challenge 与 code。
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        userName?: string;
                        password?: string;
                        captcha?: {
                            id: string;
                            answer: string;
                        };
                        challenge?: string;
                        code?: string;
                    } & ({
                        challenge?: never;
                        code?: never;
                    } | {
                        userName?: never;
                        password?: never;
                        captcha?: never;
                    });
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            signedIn?: boolean;
                            /**
                             * @description What the sign-in still needs · 登录的下一步
                             * @enum {string|null}
                             */
                            next?: "second-factor" | null;
                            /** @description Give it back with the code, within five minutes */
                            challenge?: string;
                            /** @description Null for the operator token */
                            operator?: {
                                operatorId?: string;
                                userName?: string;
                                displayName?: string | null;
                                secondFactor?: boolean;
                            } | null;
                            /** @enum {unknown} */
                            role?: "administrator" | "operator" | "clerk" | "viewer";
                            regions?: string[];
                            /** @description The regions cover the node’s own · 涵盖本节点全部辖区 */
                            wholeNode?: boolean;
                            /** @description Routes that this account may call · 可用接口 */
                            rights?: {
                                method?: string;
                                route?: string;
                            }[];
                            /** @description What has to be done before anything else */
                            duties?: ("change-password" | "enrol-second-factor")[];
                            session?: string | null;
                            /** @description Send it as X-CSRF-Token with every request that changes something */
                            csrf?: string | null;
                            /** Format: date-time */
                            idleAt?: string | null;
                            /** Format: date-time */
                            expiresAt?: string | null;
                        };
                    };
                };
            };
        };
        /** Sign out · 退出 */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/session/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the browser is signed in, and until when; asking is no use of the session · 是否已登录 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            signedIn: boolean;
                            /** Format: date-time */
                            idleAt: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change one’s own password; other sessions end · 更改本人口令 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "current": "…",
                     *       "next": "… 至少 12 个字符"
                     *     }
                     */
                    "application/json": {
                        current: string;
                        next: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            signedIn?: boolean;
                            /**
                             * @description What the sign-in still needs · 登录的下一步
                             * @enum {string|null}
                             */
                            next?: "second-factor" | null;
                            /** @description Give it back with the code, within five minutes */
                            challenge?: string;
                            /** @description Null for the operator token */
                            operator?: {
                                operatorId?: string;
                                userName?: string;
                                displayName?: string | null;
                                secondFactor?: boolean;
                            } | null;
                            /** @enum {unknown} */
                            role?: "administrator" | "operator" | "clerk" | "viewer";
                            regions?: string[];
                            /** @description The regions cover the node’s own · 涵盖本节点全部辖区 */
                            wholeNode?: boolean;
                            /** @description Routes that this account may call · 可用接口 */
                            rights?: {
                                method?: string;
                                route?: string;
                            }[];
                            /** @description What has to be done before anything else */
                            duties?: ("change-password" | "enrol-second-factor")[];
                            session?: string | null;
                            /** @description Send it as X-CSRF-Token with every request that changes something */
                            csrf?: string | null;
                            /** Format: date-time */
                            idleAt?: string | null;
                            /** Format: date-time */
                            expiresAt?: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin with a second factor: a secret for an authenticator, shown this once · 启用动态口令 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "password": "…"
                     *     }
                     */
                    "application/json": {
                        password: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Base32 */
                            secret?: string;
                            /** @description otpauth:// address for a QR code */
                            uri?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put the second factor in force with its first code; recovery codes, shown this once · 确认动态口令 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "code": "123456"
                     *     }
                     */
                    "application/json": {
                        code: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            recoveryCodes?: string[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/second-factor/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the second factor, where the role need not have one · 停用动态口令 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "password": "…",
                     *       "code": "123456"
                     *     }
                     */
                    "application/json": {
                        password: string;
                        code: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One’s own sessions · 本人的登录 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                session: string;
                                current: boolean;
                                source: string;
                                agent: string | null;
                                secondFactor: string | null;
                                /** Format: date-time */
                                signedInAt: string;
                                /** Format: date-time */
                                seenAt: string;
                            }[];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one’s own sessions · 结束一处登录 */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    sessionId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/operators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts · 用户 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                operatorId: string;
                                userName: string;
                                displayName: string | null;
                                /** @enum {unknown} */
                                role: "administrator" | "operator" | "clerk" | "viewer";
                                regions: string[];
                                mustChangePassword: boolean;
                                secondFactor: boolean;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                passwordAt: string;
                                /** Format: date-time */
                                disabledAt: string | null;
                                /** @description Only when it was made up, this once */
                                password?: string;
                            }[];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make an account; a made-up password is shown this once · 新建用户 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "userName": "lixia-luru",
                     *       "displayName": "历下区录入员（示例）",
                     *       "role": "clerk",
                     *       "regions": [
                     *         "370102"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        userName: string;
                        displayName?: string | null;
                        /** @enum {unknown} */
                        role: "administrator" | "operator" | "clerk" | "viewer";
                        regions: string[];
                        /** @description Made up when absent */
                        password?: string;
                        /** @description true when absent: changed at the first sign-in */
                        mustChangePassword?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            operatorId: string;
                            userName: string;
                            displayName: string | null;
                            /** @enum {unknown} */
                            role: "administrator" | "operator" | "clerk" | "viewer";
                            regions: string[];
                            mustChangePassword: boolean;
                            secondFactor: boolean;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            passwordAt: string;
                            /** Format: date-time */
                            disabledAt: string | null;
                            /** @description Only when it was made up, this once */
                            password?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/operators/names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Names of accounts, by id or by a part of the name · 用户的名称
         * @description For ids such as `o-5f0c2a9e4b` that stand in the log and beside decisions. Accounts whose regions lie within those of the caller, and the own one; those in force first. · 日志与各项处理中的用户编号对应的名称；仅限区域在本人范围之内的用户和本人。
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description At most 100 ids, with commas between them · 至多 100 个编号，以逗号分隔
                     * @example o-5f0c2a9e4b,o-0d71c3a2f8
                     */
                    ids?: string;
                    /**
                     * @description A part of the name or of the user name · 名称或用户名的一部分
                     * @example 历下
                     */
                    q?: string;
                    /** @description 50 when absent · 缺省 50 */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "operatorId": "o-5f0c2a9e4b",
                         *           "name": "历下区录入员（示例）",
                         *           "disabled": false
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            items: {
                                /** @example o-5f0c2a9e4b */
                                operatorId: string;
                                /** @description The user name where the account has no other · 未填名称时为用户名 */
                                name: string;
                                disabled: boolean;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/operators/{operatorId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account · 一个用户 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example o-5f0c2a9e4b */
                    operatorId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            operatorId: string;
                            userName: string;
                            displayName: string | null;
                            /** @enum {unknown} */
                            role: "administrator" | "operator" | "clerk" | "viewer";
                            regions: string[];
                            mustChangePassword: boolean;
                            secondFactor: boolean;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            passwordAt: string;
                            /** Format: date-time */
                            disabledAt: string | null;
                            /** @description Only when it was made up, this once */
                            password?: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change name, role or regions; disable or enable · 修改或停用用户 */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example o-5f0c2a9e4b */
                    operatorId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        displayName?: string | null;
                        /** @enum {unknown} */
                        role?: "administrator" | "operator" | "clerk" | "viewer";
                        regions?: string[];
                        disabled?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            operatorId: string;
                            userName: string;
                            displayName: string | null;
                            /** @enum {unknown} */
                            role: "administrator" | "operator" | "clerk" | "viewer";
                            regions: string[];
                            mustChangePassword: boolean;
                            secondFactor: boolean;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            passwordAt: string;
                            /** Format: date-time */
                            disabledAt: string | null;
                            /** @description Only when it was made up, this once */
                            password?: string;
                        };
                    };
                };
            };
        };
        trace?: never;
    };
    "/admin/v1/operators/{operatorId}/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a new random password, shown this once; sessions end · 重置口令 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example o-5f0c2a9e4b */
                    operatorId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            password?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/operators/{operatorId}/reset-second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take away a second factor that was lost; sessions end · 重置动态口令 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example o-5f0c2a9e4b */
                    operatorId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/node": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Facts and state of the node · 节点概况 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name?: string;
                            region?: string;
                            tier?: string;
                            epoch?: {
                                number: number;
                                id: string;
                            };
                            logOrigin?: string;
                            keys?: Record<string, unknown>[];
                            /** Format: date-time */
                            time?: string;
                            log?: {
                                size: number;
                                root: string | null;
                                /** Format: date-time */
                                signedAt: string | null;
                                pending: number;
                                /** Format: date-time */
                                oldestPending: string | null;
                            };
                            openSubmissions?: number;
                            queue?: Record<string, unknown>;
                            roles?: string[];
                            upstreams?: Record<string, unknown>[];
                            readiness?: {
                                name: string;
                                ready: boolean;
                                zh: string;
                                en: string;
                            }[];
                            process?: Record<string, unknown>;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/epochs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Epochs of the log, and what was lost · 日志纪元 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "epoch": {
                         *         "number": 2,
                         *         "id": "5d0c1f2e3a4b5c6d"
                         *       },
                         *       "refusal": null,
                         *       "healing": false,
                         *       "numbers": null,
                         *       "begun": [
                         *         {
                         *           "epoch": {
                         *             "number": 2,
                         *             "id": "5d0c1f2e3a4b5c6d"
                         *           },
                         *           "beganAt": "2026-09-01T01:30:02.114Z",
                         *           "reason": "restore",
                         *           "previous": {
                         *             "epoch": {
                         *               "number": 1,
                         *               "id": "8c1f5e0a9b3d2c47"
                         *             },
                         *             "size": 42
                         *           },
                         *           "known": {
                         *             "epoch": {
                         *               "number": 1,
                         *               "id": "8c1f5e0a9b3d2c47"
                         *             },
                         *             "size": 57,
                         *             "by": "000000"
                         *           },
                         *           "healing": "done",
                         *           "healedAt": "2026-09-01T01:30:04.870Z",
                         *           "report": {
                         *             "lost": 15,
                         *             "returned": [
                         *               {
                         *                 "upstream": "000000",
                         *                 "deliveries": 6,
                         *                 "entries": 9,
                         *                 "records": 120,
                         *                 "refused": 0
                         *               }
                         *             ],
                         *             "notReturned": 6
                         *           }
                         *         }
                         *       ],
                         *       "neighbours": []
                         *     }
                         */
                        "application/json": {
                            epoch?: {
                                number?: number;
                                id?: string;
                            };
                            /** @description Somebody else holds this node’s name: nothing is taken and nothing is signed · 被拒原因 */
                            refusal?: {
                                /** @enum {unknown} */
                                why?: "claimed" | "ended";
                                by?: string;
                                /** Format: date-time */
                                since?: string;
                                zh?: string;
                                en?: string;
                            } | null;
                            /** @description What upstreams hold is still to be fetched back · 正在取回 */
                            healing?: boolean;
                            /** @description Epochs after the first, newest first · 首个之后的纪元 */
                            begun?: {
                                epoch?: {
                                    number?: number;
                                    id?: string;
                                };
                                /** Format: date-time */
                                beganAt?: string;
                                /** @enum {unknown} */
                                reason?: "restore" | "shortfall" | "unconfirmed" | "re-created" | "asked";
                                /** @description The epoch that it continues, and the length of the log at the fork · 分叉处 */
                                previous?: Record<string, unknown>;
                                /** @description The furthest that anybody had seen, and who · 此前所见 */
                                known?: Record<string, unknown> | null;
                                /** @enum {unknown} */
                                healing?: "waiting" | "done" | "left";
                                healedAt?: string | null;
                                /** @description What was lost, what came back, what nobody above holds · 丢失与取回 */
                                report?: Record<string, unknown>;
                            }[];
                            /** @description Not null: numbers may have been given that are not known here, and none is given until it is said how many are left out · 编号待确认 */
                            numbers?: {
                                epoch?: number;
                                reason?: string;
                                /** Format: date-time */
                                askedAt?: string;
                            } | null;
                            /** @description How far neighbours’ logs were seen to be · 所见邻节点 */
                            neighbours?: {
                                /** @enum {unknown} */
                                side?: "above" | "below";
                                name?: string;
                                epoch?: {
                                    number?: number;
                                    id?: string;
                                };
                                size?: number;
                                /** Format: date-time */
                                heardAt?: string;
                                earlier?: Record<string, unknown>[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/epochs/go-on": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on without what upstreams may hold: business systems are taken again · 不再等待上级归还 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "wentOn": true
                         *     }
                         */
                        "application/json": {
                            wentOn?: boolean;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/epochs/numbers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * After a restore: so many numbers of every counter are left out, and numbers are given again · 跳过编号后继续赋码
         * @description When a node was put back without the data directory that it had, numbers that it gave after the backup are not known to it. It gives none until an operator says how many of every counter to leave out: at least as many as any one counter can have given in the time that is lost. Counters that are not in the backup and name a day up to today begin behind as many.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "skip": 20
                     *     }
                     */
                    "application/json": {
                        skip: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "settled": true
                         *     }
                         */
                        "application/json": {
                            /** @description false: no question was open */
                            settled?: boolean;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/epochs/take-over": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * While refused: this is the node to go on with, in a new epoch; the other becomes the old one · 由本处接替
         * @description A node that an upstream refuses because somebody else holds its name goes on by itself when the other has stopped or the upstream takes it again. This says so while the other still runs, or after it has begun a later epoch. Stop the other first.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "tookOver": true,
                         *       "epoch": {
                         *         "number": 3,
                         *         "id": "5d0c1f2e3a4b5c6d"
                         *       }
                         *     }
                         */
                        "application/json": {
                            /** @description false: it was not refused */
                            tookOver?: boolean;
                            epoch?: {
                                number?: number;
                                id?: string;
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/node/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys of this node · 本节点的签名密钥 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "inForce": "370100-1",
                         *       "next": "370100-2",
                         *       "keys": [
                         *         {
                         *           "keyId": "370100-1",
                         *           "publicKey": "base64",
                         *           "verifierKey": "370100+1a2b3c4d+…",
                         *           "createdAt": "2026-09-01T01:30:02.114Z",
                         *           "retiredAt": null,
                         *           "statement": null
                         *         }
                         *       ],
                         *       "upstreams": [
                         *         {
                         *           "name": "370000",
                         *           "state": "waiting",
                         *           "status": null
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description The key that signs now · 现用密钥 */
                            inForce: string;
                            /** @description The key that is announced and not yet used · 已通报待启用的密钥 */
                            next: string | null;
                            keys: {
                                keyId: string;
                                /** @description 32 bytes, base64 */
                                publicKey: string;
                                verifierKey: string;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                retiredAt: string | null;
                                /** @description By which it follows the one before · 接续声明 */
                                statement: string | null;
                            }[];
                            /** @description Who has to know the next key before it is used · 启用之前须知晓的上级 */
                            upstreams: {
                                name: string;
                                /** @enum {unknown} */
                                state: "taken" | "waiting" | "refused" | "by-hand";
                                /** @description HTTP status of the last try · 最近一次答复 */
                                status: number | null;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/node/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Announce a new signing key, and use it once every upstream has it · 更换签名密钥 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "after": "370100-1"
                     *     }
                     */
                    "application/json": {
                        /** @description The key that is to be replaced, so that asking twice replaces it once · 被更换的密钥 */
                        after?: string;
                        /** @description Another key even when one is announced, which is given up, or came into force less than 24 hours ago · 放弃已通报的，或在启用不足 24 小时时再换 */
                        afresh?: boolean;
                        /** @description Use it although an upstream has not taken it · 不等上级即启用 */
                        force?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "inForce": "370100-1",
                         *       "next": "370100-2",
                         *       "keys": [
                         *         {
                         *           "keyId": "370100-1",
                         *           "publicKey": "base64",
                         *           "verifierKey": "370100+1a2b3c4d+…",
                         *           "createdAt": "2026-09-01T01:30:02.114Z",
                         *           "retiredAt": null,
                         *           "statement": null
                         *         }
                         *       ],
                         *       "upstreams": [
                         *         {
                         *           "name": "370000",
                         *           "state": "waiting",
                         *           "status": null
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description The key that signs now · 现用密钥 */
                            inForce: string;
                            /** @description The key that is announced and not yet used · 已通报待启用的密钥 */
                            next: string | null;
                            keys: {
                                keyId: string;
                                /** @description 32 bytes, base64 */
                                publicKey: string;
                                verifierKey: string;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                retiredAt: string | null;
                                /** @description By which it follows the one before · 接续声明 */
                                statement: string | null;
                            }[];
                            /** @description Who has to know the next key before it is used · 启用之前须知晓的上级 */
                            upstreams: {
                                name: string;
                                /** @enum {unknown} */
                                state: "taken" | "waiting" | "refused" | "by-hand";
                                /** @description HTTP status of the last try · 最近一次答复 */
                                status: number | null;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Links with cursor, lag, throughput, last success and error · 上报通道 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                linkNo: number;
                                url: string;
                                upstream: {
                                    name: string;
                                    tier: string;
                                };
                                paused: {
                                    /** @description As in the log, such as `operator:o-…`; null: not known · 暂停者 */
                                    by: string | null;
                                    /** Format: date-time */
                                    at: string;
                                    /** @description `mostly-refused`: by the node itself, because the upstream refused nearly everything · 原因 */
                                    reason: string | null;
                                } | null;
                                lag: {
                                    entries: number;
                                    seconds: number;
                                    /** Format: date-time */
                                    oldestUnsent: string | null;
                                };
                                /** @description Over the last five minutes · 最近五分钟 */
                                throughput: {
                                    records: number;
                                    bytes: number;
                                    recordsPerSecond: number;
                                };
                                /** Format: date-time */
                                lastAttemptAt: string | null;
                                /** Format: date-time */
                                lastSuccessAt: string | null;
                                lastError: {
                                    /** Format: date-time */
                                    at: string;
                                    text: string;
                                    inARow: number;
                                } | null;
                                openDelivery: {
                                    id: string;
                                    records: number;
                                    attempts: number;
                                    /** Format: date-time */
                                    since: string;
                                } | null;
                                delivered: {
                                    deliveries: number;
                                    records: number;
                                };
                                /** Format: date-time */
                                feedReadAt: string | null;
                                /** @description Named in HUIJIAO_UPSTREAMS */
                                configured: boolean;
                                /** @description Over HTTP; only such a link can be tested on the spot, and compared with its upstream · 上级能当场答复，方可测试和对账 */
                                answersAtOnce: boolean;
                                /** @description Of one link: what does not go up, by reason · 未达上报条件 */
                                skips?: {
                                    reason: string;
                                    title: {
                                        zh: string;
                                        en: string;
                                    };
                                    /** @enum {unknown} */
                                    kind: "not-due" | "incomplete";
                                    count: number;
                                }[];
                                name: string;
                                /** @enum {unknown} */
                                state: "idle" | "forwarding" | "failing" | "waiting" | "paused";
                                cursor: number;
                                parked: number;
                                skipped: number;
                                /** @description What it carries; null: everything · 报送的数据表 */
                                entities?: string[] | null;
                                /** @description List of rules in the policy; null: that of the tier · 所用规则 */
                                rules?: string | null;
                                /** @description Windows, groups and contract as configured · 时间窗、分组与限额 */
                                flow?: {
                                    windows?: string[];
                                    rate?: Record<string, unknown>;
                                    bodyBytes?: number;
                                    records?: number;
                                    groups?: Record<string, unknown>[];
                                };
                                pace?: {
                                    /** @description Nothing may go before `until` · 在此之前不发送 */
                                    waiting?: {
                                        /** Format: date-time */
                                        until?: string | null;
                                        /** @enum {unknown} */
                                        why?: "window" | "schedule" | "asked-to-wait" | "never";
                                    } | null;
                                    /** @description Most records of the next delivery · 下一批最多条数 */
                                    batchRecords?: number;
                                    /**
                                     * Format: date-time
                                     * @description Since when the upstream is given up · 熔断起始
                                     */
                                    brokenSince?: string | null;
                                    /** @description How often it came back · 恢复次数 */
                                    recoveries?: number;
                                    groups?: {
                                        /** @description Empty: all that no other group names · 空：其余 */
                                        name?: string;
                                        cursor?: number;
                                        /** Format: date-time */
                                        next?: string | null;
                                        /** Format: date-time */
                                        caughtUpAt?: string | null;
                                    }[];
                                };
                            }[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One link, with its skips by reason · 一条上报通道 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            linkNo: number;
                            url: string;
                            upstream: {
                                name: string;
                                tier: string;
                            };
                            paused: {
                                /** @description As in the log, such as `operator:o-…`; null: not known · 暂停者 */
                                by: string | null;
                                /** Format: date-time */
                                at: string;
                                /** @description `mostly-refused`: by the node itself, because the upstream refused nearly everything · 原因 */
                                reason: string | null;
                            } | null;
                            lag: {
                                entries: number;
                                seconds: number;
                                /** Format: date-time */
                                oldestUnsent: string | null;
                            };
                            /** @description Over the last five minutes · 最近五分钟 */
                            throughput: {
                                records: number;
                                bytes: number;
                                recordsPerSecond: number;
                            };
                            /** Format: date-time */
                            lastAttemptAt: string | null;
                            /** Format: date-time */
                            lastSuccessAt: string | null;
                            lastError: {
                                /** Format: date-time */
                                at: string;
                                text: string;
                                inARow: number;
                            } | null;
                            openDelivery: {
                                id: string;
                                records: number;
                                attempts: number;
                                /** Format: date-time */
                                since: string;
                            } | null;
                            delivered: {
                                deliveries: number;
                                records: number;
                            };
                            /** Format: date-time */
                            feedReadAt: string | null;
                            /** @description Named in HUIJIAO_UPSTREAMS */
                            configured: boolean;
                            /** @description Over HTTP; only such a link can be tested on the spot, and compared with its upstream · 上级能当场答复，方可测试和对账 */
                            answersAtOnce: boolean;
                            /** @description Of one link: what does not go up, by reason · 未达上报条件 */
                            skips?: {
                                reason: string;
                                title: {
                                    zh: string;
                                    en: string;
                                };
                                /** @enum {unknown} */
                                kind: "not-due" | "incomplete";
                                count: number;
                            }[];
                            name: string;
                            /** @enum {unknown} */
                            state: "idle" | "forwarding" | "failing" | "waiting" | "paused";
                            cursor: number;
                            parked: number;
                            skipped: number;
                            /** @description What it carries; null: everything · 报送的数据表 */
                            entities?: string[] | null;
                            /** @description List of rules in the policy; null: that of the tier · 所用规则 */
                            rules?: string | null;
                            /** @description Windows, groups and contract as configured · 时间窗、分组与限额 */
                            flow?: {
                                windows?: string[];
                                rate?: Record<string, unknown>;
                                bodyBytes?: number;
                                records?: number;
                                groups?: Record<string, unknown>[];
                            };
                            pace?: {
                                /** @description Nothing may go before `until` · 在此之前不发送 */
                                waiting?: {
                                    /** Format: date-time */
                                    until?: string | null;
                                    /** @enum {unknown} */
                                    why?: "window" | "schedule" | "asked-to-wait" | "never";
                                } | null;
                                /** @description Most records of the next delivery · 下一批最多条数 */
                                batchRecords?: number;
                                /**
                                 * Format: date-time
                                 * @description Since when the upstream is given up · 熔断起始
                                 */
                                brokenSince?: string | null;
                                /** @description How often it came back · 恢复次数 */
                                recoveries?: number;
                                groups?: {
                                    /** @description Empty: all that no other group names · 空：其余 */
                                    name?: string;
                                    cursor?: number;
                                    /** Format: date-time */
                                    next?: string | null;
                                    /** Format: date-time */
                                    caughtUpAt?: string | null;
                                }[];
                            };
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop sending on a link · 暂停 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "上级停机维护"
                     *     }
                     */
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on sending · 恢复 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send an empty delivery and say what comes back · 连通测试 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            alive?: boolean;
                            status?: number | null;
                            detail?: string;
                            tookMs?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Deliveries, newest first · 发送批次 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    state?: "open" | "finished" | "split";
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                delivery_id: string;
                                number: number;
                                /** @enum {unknown} */
                                kind: "range" | "retry" | "half";
                                path: string;
                                from_index: number;
                                to_index: number;
                                record_count: number;
                                body_bytes: number;
                                /** Format: date-time */
                                created_at: string;
                                /** @enum {unknown} */
                                state: "open" | "finished" | "split";
                                attempts: number;
                                last_status: number | null;
                                last_error: string | null;
                                /** Format: date-time */
                                finished_at: string | null;
                                counts: {
                                    [key: string]: number;
                                } | null;
                                parent: string | null;
                            }[];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The node at this moment; as server-sent events where asked for · 节点实况
         * @description With `Accept: text/event-stream` an event `live` follows whenever something changed, one a second at most, and an event `ended` when the session is over. Counts in `work` stop at 1000. · 以 text/event-stream 请求时持续推送，每秒至多一次。
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: date-time */
                            at: string;
                            node: {
                                name: string;
                                region: string;
                                tier: string;
                                epoch: number;
                            };
                            ready: boolean;
                            health: {
                                name: string;
                                ready: boolean;
                                zh: string;
                                en: string;
                            }[];
                            log: {
                                size: number;
                                /** Format: date-time */
                                signedAt: string | null;
                                pending: number;
                                /** Format: date-time */
                                oldestPending: string | null;
                            };
                            minute: {
                                submissions: number;
                                records: number;
                                accepted: number;
                                refused: number;
                                delivered: number;
                            };
                            /** @description Links upward · 上报通道 */
                            above: {
                                name: string;
                                upstream: {
                                    name: string;
                                    tier: string;
                                };
                                /**
                                 * @example idle
                                 * @example forwarding
                                 * @example failing
                                 * @example paused
                                 */
                                state: string;
                                cursor: number;
                                lagEntries: number;
                                lagSeconds: number;
                                recordsPerMinute: number;
                                parked: number;
                                skipped: number;
                                /** Format: date-time */
                                lastSuccessAt: string | null;
                                error: string | null;
                                paused: {
                                    /** @description As in the log, such as `operator:o-…`; null: not known · 暂停者 */
                                    by: string | null;
                                    /** Format: date-time */
                                    at: string;
                                    /** @description `mostly-refused`: by the node itself, because the upstream refused nearly everything · 原因 */
                                    reason: string | null;
                                } | null;
                            }[];
                            /** @description Lower nodes that report here · 下级节点 */
                            below: {
                                name: string;
                                title: string;
                                regions: string[];
                                /**
                                 * Format: date-time
                                 * @description Latest submission within a day
                                 */
                                lastAt: string | null;
                                /** @description Over the last five minutes */
                                recordsPerMinute: number;
                            }[];
                            systems: {
                                count: number;
                                /** Format: date-time */
                                lastAt: string | null;
                                recordsPerMinute: number;
                            };
                            /**
                             * @description Of the accounts that paused a link · 暂停通道的操作人姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names: {
                                [key: string]: string;
                            };
                            work: {
                                held: number;
                                findings: number;
                                conflicts: number;
                                duplicates: number;
                                reconcileCases: number;
                                /** @description Paused, or ended before their end */
                                submissions: number;
                                /** @description Of these, ended before their end */
                                incomplete: number;
                                /** @description Keys that end within 14 days */
                                keysEnding: number;
                                /** @description 1: it is open how many numbers are left out after a restore, and none is given · 编号待确认 */
                                numbers: number;
                                /** @description Attachments with identity numbers in them that nobody has looked at */
                                attachments: number;
                                /** @description Changed numbers that a level above refused */
                                successions: number;
                                /** @description Releases of the standard from above that were refused */
                                standards: number;
                                /** @description 1: the new signing key waits for an upstream that does not take it by itself */
                                nodeKey: number;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Submissions and records of the last hours, step by step · 近期流量 */
        get: {
            parameters: {
                query?: {
                    /** @description 24 when absent */
                    hours?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            stepSeconds: number;
                            steps: {
                                /** Format: date-time */
                                at: string;
                                submissions: number;
                                records: number;
                                accepted: number;
                                refused: number;
                                delivered: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Deliveries of a link over the last hours, step by step · 通道近期流量 */
        get: {
            parameters: {
                query?: {
                    /** @description 24 when absent */
                    hours?: number;
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            stepSeconds: number;
                            steps: {
                                /** Format: date-time */
                                at: string;
                                deliveries: number;
                                records: number;
                                bytes: number;
                                refused: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/parked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Parked records with reasons, oldest first · 待处理 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /** @description Name of the link */
                    link?: string;
                    entity?: string;
                    /** @example region-not-granted */
                    reason?: string;
                    /** @description Region code or the beginning of one */
                    region?: string;
                    /** @description Stream: <origin node>/<participant> */
                    participant?: string;
                    record?: string;
                    /** @description Only those that were sent without a receipt, or only the others · 只列未收到回执的（true）或其余的（false） */
                    unjudged?: boolean;
                    /** @description parked when absent */
                    state?: "parked" | "retrying" | "delivered" | "superseded";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                link: string;
                                part: number;
                                ordinal: number;
                                logIndex: number;
                                recordId: string;
                                entity: string;
                                reportingRegion: string;
                                stream: string;
                                reason: string;
                                problems: components["schemas"]["Problem"][];
                                delivery: string;
                                /** @enum {unknown} */
                                state: "parked" | "retrying" | "delivered" | "superseded";
                                retries: number;
                                /** @description It was sent and no receipt ever came, so it may stand above; sending it again or a comparison settles it · 已发送而未收到回执，上级可能已收下 */
                                unjudged: boolean;
                                /** Format: date-time */
                                parkedAt: string;
                                /** Format: date-time */
                                resolvedAt: string | null;
                            }[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/parked/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Parked records counted by link, reason and entity, and how old they are · 待处理归类 */
        get: {
            parameters: {
                query?: {
                    /** @description Name of the link */
                    link?: string;
                    entity?: string;
                    /** @example region-not-granted */
                    reason?: string;
                    /** @description Region code or the beginning of one */
                    region?: string;
                    /** @description Stream: <origin node>/<participant> */
                    participant?: string;
                    record?: string;
                    /** @description Only those that were sent without a receipt, or only the others · 只列未收到回执的（true）或其余的（false） */
                    unjudged?: boolean;
                    /** @description parked when absent */
                    state?: "parked" | "retrying" | "delivered" | "superseded";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "groups": [
                         *         {
                         *           "link": "370000",
                         *           "reason": "region-not-granted",
                         *           "title": {
                         *             "zh": "不在授权区域内",
                         *             "en": "Region not granted"
                         *           },
                         *           "entity": "TBProjectInfo",
                         *           "records": 12,
                         *           "retried": 0,
                         *           "unjudged": 0,
                         *           "oldest": "2026-09-01T01:30:02.114Z",
                         *           "newest": "2026-09-02T07:10:44.020Z",
                         *           "regions": [
                         *             "370103"
                         *           ],
                         *           "fields": [
                         *             "项目所在区县"
                         *           ],
                         *           "examples": [
                         *             "r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d"
                         *           ]
                         *         }
                         *       ],
                         *       "ages": [
                         *         {
                         *           "link": "370000",
                         *           "oldest": "2026-09-01T01:30:02.114Z",
                         *           "oldestHours": 30,
                         *           "older": [
                         *             {
                         *               "hours": 24,
                         *               "records": 3
                         *             }
                         *           ]
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            groups: {
                                link: string;
                                reason: string;
                                title: {
                                    zh: string;
                                    en: string;
                                };
                                entity: string;
                                records: number;
                                retried: number;
                                /** @description Of these, sent without a receipt · 其中未收到回执的条数 */
                                unjudged: number;
                                /** Format: date-time */
                                oldest: string;
                                /** Format: date-time */
                                newest: string;
                                regions: string[];
                                fields: string[];
                                examples: string[];
                            }[];
                            /** @description By link: the oldest, and how many are older than each threshold of HUIJIAO_PARKED_ALARM_HOURS · 积压时长 */
                            ages: {
                                [key: string]: unknown;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/parked/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send parked records again, one by one or by filter · 重发 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        records?: {
                            link: string;
                            part: number;
                            ordinal: number;
                        }[];
                        filter?: {
                            /** @description Name of the link */
                            link?: string;
                            entity?: string;
                            /** @example region-not-granted */
                            reason?: string;
                            /** @description Region code or the beginning of one */
                            region?: string;
                            /** @description Stream: <origin node>/<participant> */
                            participant?: string;
                            record?: string;
                            /** @description Only those that were sent without a receipt, or only the others · 只列未收到回执的（true）或其余的（false） */
                            unjudged?: boolean;
                        };
                    } & (unknown | unknown);
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            retried?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}/skips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What does not go up, with reasons · 未达上报条件 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    reason?: string;
                    kind?: "not-due" | "incomplete";
                    entity?: string;
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                logIndex: number;
                                part: number;
                                ordinal: number;
                                recordId: string;
                                entity: string;
                                reportingRegion: string;
                                reason: string;
                                title: {
                                    zh: string;
                                    en: string;
                                };
                                /** @enum {unknown} */
                                kind: "not-due" | "incomplete";
                                policy: string;
                                /** Format: date-time */
                                skippedAt: string;
                            }[];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Notices of this node and from above, newest first · 通知 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                id?: string;
                                /** @description Node where it was published · 发布节点 */
                                origin?: string;
                                /** @description Upstream that it came from; null: published here · 来自上级 */
                                from?: string | null;
                                title?: string;
                                text?: string;
                                regions?: string[] | null;
                                publishedAt?: string;
                                publishedBy?: string;
                                until?: string | null;
                                withdrawnAt?: string | null;
                            }[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        /** Publish a notice to those below · 发布通知 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "title": "系统维护通知（示例）",
                     *       "text": "示例：9 月 5 日 22 时至次日 2 时停机维护。",
                     *       "until": "2026-09-06T02:00:00+08:00"
                     *     }
                     */
                    "application/json": {
                        title: string;
                        text: string;
                        /** @description Only for these regions; absent: for everybody below · 仅发给这些地区，缺省为全部 */
                        regions?: string[];
                        /**
                         * Format: date-time
                         * @description Worth reading until then · 有效期至
                         */
                        until?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "6d3c1f0a-8e57-4b0e-9f5a-0c9b1f6a2d11",
                         *       "origin": "370000",
                         *       "from": null,
                         *       "title": "系统维护通知（示例）",
                         *       "text": "示例：9 月 5 日 22 时至次日 2 时停机维护。",
                         *       "regions": null,
                         *       "publishedAt": "2026-09-01T02:10:00.000Z",
                         *       "publishedBy": "operator:token",
                         *       "until": "2026-09-05T18:00:00.000Z",
                         *       "withdrawnAt": null
                         *     }
                         */
                        "application/json": {
                            id?: string;
                            /** @description Node where it was published · 发布节点 */
                            origin?: string;
                            /** @description Upstream that it came from; null: published here · 来自上级 */
                            from?: string | null;
                            title?: string;
                            text?: string;
                            regions?: string[] | null;
                            publishedAt?: string;
                            publishedBy?: string;
                            until?: string | null;
                            withdrawnAt?: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/notices/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a notice of this node back, here and below · 撤回通知 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "6d3c1f0a-8e57-4b0e-9f5a-0c9b1f6a2d11",
                         *       "origin": "370000",
                         *       "from": null,
                         *       "title": "系统维护通知（示例）",
                         *       "text": "示例：9 月 5 日 22 时至次日 2 时停机维护。",
                         *       "regions": null,
                         *       "publishedAt": "2026-09-01T02:10:00.000Z",
                         *       "publishedBy": "operator:token",
                         *       "until": "2026-09-05T18:00:00.000Z",
                         *       "withdrawnAt": null
                         *     }
                         */
                        "application/json": {
                            id?: string;
                            /** @description Node where it was published · 发布节点 */
                            origin?: string;
                            /** @description Upstream that it came from; null: published here · 来自上级 */
                            from?: string | null;
                            title?: string;
                            text?: string;
                            regions?: string[] | null;
                            publishedAt?: string;
                            publishedBy?: string;
                            until?: string | null;
                            withdrawnAt?: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/notices/{id}/readers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whom a notice is meant for, and who has fetched it · 通知的接收情况
         * @description Business systems and lower nodes fetch notices by the feed; that one was answered is taken down. What was fetched before this release took it down is not known.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "meant": 1,
                         *       "fetched": 1,
                         *       "items": [
                         *         {
                         *           "participantId": "p-370100",
                         *           "name": "示例市节点",
                         *           "kind": "node",
                         *           "fetchedAt": "2026-09-01T02:10:01.000Z",
                         *           "withdrawalFetchedAt": null
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description Participants in force whom it is meant for · 应收单位数 */
                            meant: number;
                            /** @description Of these, who have fetched it by the feed · 已取走单位数 */
                            fetched: number;
                            /** @description Those who have not fetched it first; at most 1,000 */
                            items: {
                                participantId: string;
                                name: string;
                                /** @enum {unknown} */
                                kind: "system" | "node";
                                /**
                                 * Format: date-time
                                 * @description When it first fetched the notice · 首次取走时间
                                 */
                                fetchedAt: string | null;
                                /**
                                 * Format: date-time
                                 * @description When it first learned that the notice was taken back · 获知撤回时间
                                 */
                                withdrawalFetchedAt: string | null;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Submissions, newest first · 报送批次 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    participant?: string;
                    outcome?: "accepted" | "partial" | "pending_review" | "doubtful" | "held" | "refused" | "cancelled";
                    state?: "storing" | "paused" | "finished" | "incomplete";
                    /** @description Received at or after */
                    from?: string;
                    /** @description Received before */
                    to?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: Record<string, unknown>[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State of a submission here and above · 批次状态 */
        get: {
            parameters: {
                query?: {
                    /** @description Whose, when two participants used one id */
                    participant?: string;
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far it is stored: records, rate, time left · 入库进度 */
        get: {
            parameters: {
                query?: {
                    /** @description Whose, when two participants used one id */
                    participant?: string;
                    /** @description With `since`: answer after so many seconds at the latest · 最多等待的秒数 */
                    wait?: number;
                    /** @description `mark` of the answer before: wait until there is something new · 上一次答复中的 mark */
                    since?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "submission": {
                         *         "id": "1e8ff4cc-25ea-4de4-aa4f-2531371bd198",
                         *         "participant": "p-7k2"
                         *       },
                         *       "state": "storing",
                         *       "outcome": null,
                         *       "legacy": false,
                         *       "receivedAt": "2026-09-01T01:30:02.114Z",
                         *       "finishedAt": null,
                         *       "progress": {
                         *         "records": {
                         *           "done": 84000,
                         *           "refused": 12
                         *         },
                         *         "counts": {
                         *           "accepted": 83988,
                         *           "unchanged": 0,
                         *           "superseded": 0,
                         *           "pending_review": 0,
                         *           "doubtful": 0,
                         *           "held": 0,
                         *           "refused": 12
                         *         },
                         *         "bytes": {
                         *           "done": 44040192,
                         *           "total": 104857600
                         *         },
                         *         "share": 0.42,
                         *         "rate": {
                         *           "records": 4200,
                         *           "bytes": 2202009.6
                         *         },
                         *         "secondsLeft": 28,
                         *         "parts": 42,
                         *         "lastPartAt": "2026-09-01T01:30:22.114Z",
                         *         "paused": null
                         *       },
                         *       "mark": "storing-84000"
                         *     }
                         */
                        "application/json": {
                            submission?: {
                                id?: string;
                                participant?: string;
                            };
                            /** @enum {unknown} */
                            state?: "storing" | "paused" | "finished" | "incomplete";
                            /** @description `cancelled` when it was ended before its end */
                            outcome?: string | null;
                            legacy?: boolean;
                            /** Format: date-time */
                            receivedAt?: string;
                            /** Format: date-time */
                            finishedAt?: string | null;
                            progress?: {
                                records?: {
                                    done?: number;
                                    refused?: number;
                                };
                                counts?: {
                                    [key: string]: number;
                                };
                                /** @description Of the decoded body; `done` is null for JSON documents, workbooks and XML */
                                bytes?: {
                                    done?: number | null;
                                    total?: number;
                                };
                                share?: number | null;
                                /** @description Per second, over the latest parts */
                                rate?: {
                                    records?: number;
                                    bytes?: number | null;
                                } | null;
                                secondsLeft?: number | null;
                                parts?: number;
                                /** Format: date-time */
                                lastPartAt?: string | null;
                                paused?: {
                                    by?: string;
                                    /** Format: date-time */
                                    at?: string;
                                } | null;
                            };
                            /** @description Give it back as `since` */
                            mark?: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause at the end of the part under way · 暂停（当前分段入库后生效） */
        post: {
            parameters: {
                query?: {
                    /** @description Whose, when two participants used one id */
                    participant?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "submission": {
                         *         "id": "1e8ff4cc-25ea-4de4-aa4f-2531371bd198",
                         *         "participant": "p-7k2"
                         *       },
                         *       "state": "storing",
                         *       "outcome": null,
                         *       "legacy": false,
                         *       "receivedAt": "2026-09-01T01:30:02.114Z",
                         *       "finishedAt": null,
                         *       "progress": {
                         *         "records": {
                         *           "done": 84000,
                         *           "refused": 12
                         *         },
                         *         "counts": {
                         *           "accepted": 83988,
                         *           "unchanged": 0,
                         *           "superseded": 0,
                         *           "pending_review": 0,
                         *           "doubtful": 0,
                         *           "held": 0,
                         *           "refused": 12
                         *         },
                         *         "bytes": {
                         *           "done": 44040192,
                         *           "total": 104857600
                         *         },
                         *         "share": 0.42,
                         *         "rate": {
                         *           "records": 4200,
                         *           "bytes": 2202009.6
                         *         },
                         *         "secondsLeft": 28,
                         *         "parts": 42,
                         *         "lastPartAt": "2026-09-01T01:30:22.114Z",
                         *         "paused": null
                         *       },
                         *       "mark": "storing-84000"
                         *     }
                         */
                        "application/json": {
                            submission?: {
                                id?: string;
                                participant?: string;
                            };
                            /** @enum {unknown} */
                            state?: "storing" | "paused" | "finished" | "incomplete";
                            /** @description `cancelled` when it was ended before its end */
                            outcome?: string | null;
                            legacy?: boolean;
                            /** Format: date-time */
                            receivedAt?: string;
                            /** Format: date-time */
                            finishedAt?: string | null;
                            progress?: {
                                records?: {
                                    done?: number;
                                    refused?: number;
                                };
                                counts?: {
                                    [key: string]: number;
                                };
                                /** @description Of the decoded body; `done` is null for JSON documents, workbooks and XML */
                                bytes?: {
                                    done?: number | null;
                                    total?: number;
                                };
                                share?: number | null;
                                /** @description Per second, over the latest parts */
                                rate?: {
                                    records?: number;
                                    bytes?: number | null;
                                } | null;
                                secondsLeft?: number | null;
                                parts?: number;
                                /** Format: date-time */
                                lastPartAt?: string | null;
                                paused?: {
                                    by?: string;
                                    /** Format: date-time */
                                    at?: string;
                                } | null;
                            };
                            /** @description Give it back as `since` */
                            mark?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on where the last part ended · 从上一分段末尾继续 */
        post: {
            parameters: {
                query?: {
                    /** @description Whose, when two participants used one id */
                    participant?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "submission": {
                         *         "id": "1e8ff4cc-25ea-4de4-aa4f-2531371bd198",
                         *         "participant": "p-7k2"
                         *       },
                         *       "state": "storing",
                         *       "outcome": null,
                         *       "legacy": false,
                         *       "receivedAt": "2026-09-01T01:30:02.114Z",
                         *       "finishedAt": null,
                         *       "progress": {
                         *         "records": {
                         *           "done": 84000,
                         *           "refused": 12
                         *         },
                         *         "counts": {
                         *           "accepted": 83988,
                         *           "unchanged": 0,
                         *           "superseded": 0,
                         *           "pending_review": 0,
                         *           "doubtful": 0,
                         *           "held": 0,
                         *           "refused": 12
                         *         },
                         *         "bytes": {
                         *           "done": 44040192,
                         *           "total": 104857600
                         *         },
                         *         "share": 0.42,
                         *         "rate": {
                         *           "records": 4200,
                         *           "bytes": 2202009.6
                         *         },
                         *         "secondsLeft": 28,
                         *         "parts": 42,
                         *         "lastPartAt": "2026-09-01T01:30:22.114Z",
                         *         "paused": null
                         *       },
                         *       "mark": "storing-84000"
                         *     }
                         */
                        "application/json": {
                            submission?: {
                                id?: string;
                                participant?: string;
                            };
                            /** @enum {unknown} */
                            state?: "storing" | "paused" | "finished" | "incomplete";
                            /** @description `cancelled` when it was ended before its end */
                            outcome?: string | null;
                            legacy?: boolean;
                            /** Format: date-time */
                            receivedAt?: string;
                            /** Format: date-time */
                            finishedAt?: string | null;
                            progress?: {
                                records?: {
                                    done?: number;
                                    refused?: number;
                                };
                                counts?: {
                                    [key: string]: number;
                                };
                                /** @description Of the decoded body; `done` is null for JSON documents, workbooks and XML */
                                bytes?: {
                                    done?: number | null;
                                    total?: number;
                                };
                                share?: number | null;
                                /** @description Per second, over the latest parts */
                                rate?: {
                                    records?: number;
                                    bytes?: number | null;
                                } | null;
                                secondsLeft?: number | null;
                                parts?: number;
                                /** Format: date-time */
                                lastPartAt?: string | null;
                                paused?: {
                                    by?: string;
                                    /** Format: date-time */
                                    at?: string;
                                } | null;
                            };
                            /** @description Give it back as `since` */
                            mark?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End it here: what is stored stands, the rest is not judged; answers with the signed receipt at /receipt · 取消：已入库的保留，其余不再处理 */
        post: {
            parameters: {
                query?: {
                    /** @description Whose, when two participants used one id */
                    participant?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "submission": {
                         *         "id": "1e8ff4cc-25ea-4de4-aa4f-2531371bd198",
                         *         "participant": "p-7k2"
                         *       },
                         *       "state": "storing",
                         *       "outcome": null,
                         *       "legacy": false,
                         *       "receivedAt": "2026-09-01T01:30:02.114Z",
                         *       "finishedAt": null,
                         *       "progress": {
                         *         "records": {
                         *           "done": 84000,
                         *           "refused": 12
                         *         },
                         *         "counts": {
                         *           "accepted": 83988,
                         *           "unchanged": 0,
                         *           "superseded": 0,
                         *           "pending_review": 0,
                         *           "doubtful": 0,
                         *           "held": 0,
                         *           "refused": 12
                         *         },
                         *         "bytes": {
                         *           "done": 44040192,
                         *           "total": 104857600
                         *         },
                         *         "share": 0.42,
                         *         "rate": {
                         *           "records": 4200,
                         *           "bytes": 2202009.6
                         *         },
                         *         "secondsLeft": 28,
                         *         "parts": 42,
                         *         "lastPartAt": "2026-09-01T01:30:22.114Z",
                         *         "paused": null
                         *       },
                         *       "mark": "storing-84000"
                         *     }
                         */
                        "application/json": {
                            submission?: {
                                id?: string;
                                participant?: string;
                            };
                            /** @enum {unknown} */
                            state?: "storing" | "paused" | "finished" | "incomplete";
                            /** @description `cancelled` when it was ended before its end */
                            outcome?: string | null;
                            legacy?: boolean;
                            /** Format: date-time */
                            receivedAt?: string;
                            /** Format: date-time */
                            finishedAt?: string | null;
                            progress?: {
                                records?: {
                                    done?: number;
                                    refused?: number;
                                };
                                counts?: {
                                    [key: string]: number;
                                };
                                /** @description Of the decoded body; `done` is null for JSON documents, workbooks and XML */
                                bytes?: {
                                    done?: number | null;
                                    total?: number;
                                };
                                share?: number | null;
                                /** @description Per second, over the latest parts */
                                rate?: {
                                    records?: number;
                                    bytes?: number | null;
                                } | null;
                                secondsLeft?: number | null;
                                parts?: number;
                                /** Format: date-time */
                                lastPartAt?: string | null;
                                paused?: {
                                    by?: string;
                                    /** Format: date-time */
                                    at?: string;
                                } | null;
                            };
                            /** @description Give it back as `since` */
                            mark?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions/{id}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The receipt, as it was signed · 回执原文 */
        get: {
            parameters: {
                query?: {
                    /** @description Whose, when two participants used one id */
                    participant?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions/{id}/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of every record, as NDJSON · 各条记录的结果 */
        get: {
            parameters: {
                query?: {
                    /** @description Whose, when two participants used one id */
                    participant?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions/{id}/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Records with problems: a page, by kind, or the whole list as a file · 有问题的记录：分页、归类或下载 */
        get: {
            parameters: {
                query?: {
                    /** @description Whose, when two participants used one id */
                    participant?: string;
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /** @description Only this problem code · 只看此代码 */
                    code?: string;
                    /** @description Only this field: its code or Chinese name · 只看此字段（代码或中文名） */
                    field?: string;
                    /** @description Only these · 只看此程度 */
                    severity?: "error" | "doubt" | "warning";
                    /** @description Only this rule · 只看此规则 */
                    rule?: string;
                    /** @description By code, field and rule, with counts and first examples · 按代码、字段、规则归类 */
                    group?: boolean;
                    /** @description Download the whole list instead of a page: json, ndjson, csv, xlsx · 下载全部 */
                    format?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/submissions/{id}/marked-file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file that was sent, faulty cells marked; it shows personal fields as they came · 报送的文件，标出有问题的单元格；个人信息按原文显示 */
        get: {
            parameters: {
                query?: {
                    /** @description Whose, when two participants used one id */
                    participant?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Own drafts, the last saved first · 本账号的草稿 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items?: {
                                draftId?: string;
                                /** @description Release of the standard · 标准版本 */
                                release?: string;
                                /** @description Table, or form · 数据表或报告单 */
                                entity?: string;
                                title?: string;
                                /** @description What the form holds; not judged · 表单内容，不校验 */
                                content?: {
                                    [key: string]: unknown;
                                };
                                version?: number;
                                createdAt?: string;
                                updatedAt?: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Keep a draft · 保存草稿 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "release": "2018",
                     *       "entity": "TBProjectInfo",
                     *       "title": "示例花园（合成）",
                     *       "content": {
                     *         "data": {
                     *           "PrjName": "示例花园（合成）"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description Release of the standard · 标准版本 */
                        release: string;
                        /** @description Table, or form · 数据表或报告单 */
                        entity: string;
                        title: string;
                        /** @description What the form holds; not judged · 表单内容，不校验 */
                        content: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            draftId?: string;
                            /** @description Release of the standard · 标准版本 */
                            release?: string;
                            /** @description Table, or form · 数据表或报告单 */
                            entity?: string;
                            title?: string;
                            /** @description What the form holds; not judged · 表单内容，不校验 */
                            content?: {
                                [key: string]: unknown;
                            };
                            version?: number;
                            createdAt?: string;
                            updatedAt?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/drafts/{draftId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of the own drafts · 一份草稿 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draftId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            draftId?: string;
                            /** @description Release of the standard · 标准版本 */
                            release?: string;
                            /** @description Table, or form · 数据表或报告单 */
                            entity?: string;
                            title?: string;
                            /** @description What the form holds; not judged · 表单内容，不校验 */
                            content?: {
                                [key: string]: unknown;
                            };
                            version?: number;
                            createdAt?: string;
                            updatedAt?: string;
                        };
                    };
                };
            };
        };
        /** Save a draft again · 再次保存草稿 */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draftId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "title": "示例花园（合成）",
                     *       "content": {
                     *         "data": {
                     *           "PrjName": "示例花园（合成）"
                     *         }
                     *       },
                     *       "version": 1
                     *     }
                     */
                    "application/json": {
                        title: string;
                        /** @description What the form holds; not judged · 表单内容，不校验 */
                        content: {
                            [key: string]: unknown;
                        };
                        /** @description The version that the form began with · 表单所依据的版本 */
                        version: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            draftId?: string;
                            /** @description Release of the standard · 标准版本 */
                            release?: string;
                            /** @description Table, or form · 数据表或报告单 */
                            entity?: string;
                            title?: string;
                            /** @description What the form holds; not judged · 表单内容，不校验 */
                            content?: {
                                [key: string]: unknown;
                            };
                            version?: number;
                            createdAt?: string;
                            updatedAt?: string;
                        };
                    };
                };
            };
        };
        post?: never;
        /** Delete a draft · 删除草稿 */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draftId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Attachments with what was found in them, latest first · 附件筛查 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    scan?: "none" | "found" | "unscanned";
                    /** @description Whether a person has said something of it */
                    checked?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: Record<string, unknown>[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/attachments/{digest}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that an attachment was looked at · 登记附件已核查
         * @description For those in which identity numbers were found, or that could not be scanned. From then on it travels as policy says; records that waited for it are sent. · 此后按政策上报；因此暂缓的记录随即重发。
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description SHA-256 of the bytes, 64 hex digits in lower case · 内容的 SHA-256
                     * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                     */
                    digest: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "证件号码为办理所必需，已核对（合成）"
                     *     }
                     */
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            digest?: string;
                            /** @description Whether identity numbers stand in it: what the node could read of its text · 身份证号筛查 */
                            scan?: {
                                /** @enum {unknown} */
                                state?: "none" | "found" | "unscanned";
                                /** @description Different identity numbers */
                                found?: number;
                                /** @description Parts of a package, such as pictures, that were not read */
                                unread?: number;
                                /** @description What a person said of it */
                                checked?: {
                                    /** Format: date-time */
                                    at?: string;
                                    by?: string;
                                    reason?: string;
                                } | null;
                                detail?: string;
                                en?: {
                                    detail?: string;
                                };
                            };
                        };
                    };
                };
                /** @description None waits for a check · 没有待核查的附件 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/attachments/{digest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an attachment by right, with a purpose · 凭权限调阅附件 */
        get: {
            parameters: {
                query: {
                    /** @description Why; it stands in the access log · 调阅事由 */
                    purpose: string;
                };
                header?: never;
                path: {
                    /**
                     * @description SHA-256 of the bytes, 64 hex digits in lower case · 内容的 SHA-256
                     * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                     */
                    digest: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The bytes, with their media type */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description Not here · 没有 */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/participants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Participants · 接入单位 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /** @description In its name, or at the beginning of its id · 名称中的字词或编号开头 */
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                participantId: string;
                                /** @enum {unknown} */
                                kind: "system" | "node" | "operators";
                                name: string;
                                regions: string[];
                                nodeName: string | null;
                                /** Format: date-time */
                                legacyUntil: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                revokedAt: string | null;
                            }[];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Enrol a participant · 登记接入单位 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "kind": "system",
                     *       "name": "示例市工程审批系统",
                     *       "regions": [
                     *         "370100"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        participantId?: string;
                        /** @enum {unknown} */
                        kind: "system" | "node";
                        name: string;
                        regions: string[];
                        /** @description For kind `node`: its name */
                        nodeName?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            participantId: string;
                            /** @enum {unknown} */
                            kind: "system" | "node" | "operators";
                            name: string;
                            regions: string[];
                            nodeName: string | null;
                            /** Format: date-time */
                            legacyUntil: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            revokedAt: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/participants/{participantId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A participant with its keys · 接入单位及密钥 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    participantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            participantId: string;
                            /** @enum {unknown} */
                            kind: "system" | "node" | "operators";
                            name: string;
                            regions: string[];
                            nodeName: string | null;
                            /** Format: date-time */
                            legacyUntil: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            revokedAt: string | null;
                            keys: {
                                keyId: string;
                                /** @enum {unknown} */
                                kind: "api-key" | "ed25519" | "ecdsa-p256-sha256";
                                publicKey: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                expiresAt: string | null;
                                /** Format: date-time */
                                revokedAt: string | null;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Revoke a participant and its keys · 停用接入单位 */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    participantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/participants/{participantId}/legacy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Let it send existing stock until an instant; null ends that · 存量数据报送许可 */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    participantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "until": "2026-12-31T16:00:00Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: date-time */
                        until: string | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            participantId: string;
                            /** @enum {unknown} */
                            kind: "system" | "node" | "operators";
                            name: string;
                            regions: string[];
                            nodeName: string | null;
                            /** Format: date-time */
                            legacyUntil: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            revokedAt: string | null;
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/participants/{participantId}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a key; an API key’s secret is shown this once · 新增密钥 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    participantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        kind: "api-key" | "ed25519" | "ecdsa-p256-sha256";
                        /** @description For public keys: the id that signatures name */
                        keyId?: string;
                        /** @description PEM, or 32 bytes of Ed25519 in base64 */
                        publicKey?: string;
                        /** Format: date-time */
                        expiresAt?: string;
                    } & ({
                        /** @enum {unknown} */
                        kind?: "api-key";
                        keyId?: never;
                        publicKey?: never;
                    } | {
                        /** @enum {unknown} */
                        kind?: "ed25519" | "ecdsa-p256-sha256";
                    });
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            keyId: string;
                            kind: string;
                            secret?: string;
                            /** Format: date-time */
                            expiresAt?: string | null;
                            replaces?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/participants/{participantId}/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key · 吊销密钥 */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    participantId: string;
                    keyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/participants/{participantId}/keys/{keyId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace an API key: a new one, and the old one ends · 轮换 API 密钥 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    participantId: string;
                    keyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            keyId: string;
                            kind: string;
                            secret?: string;
                            /** Format: date-time */
                            expiresAt?: string | null;
                            replaces?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Log entries, newest first · 审计日志
         * @description Entries that were taken out of the database are not among the items; `detached` has their ranges, whatever the filter, and `versionsDetached` those of parts whose old versions have their contents elsewhere · 已移出数据库的条目不在列表中，其各段见 detached；较早版本的内容已移出的各段见 versionsDetached
         */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /** @example participant:p-7k2 */
                    actor?: string;
                    kind?: "part" | "delivery" | "decision" | "policy" | "requalified" | "participant" | "link" | "outcome" | "access" | "attachment" | "number" | "succession" | "standard" | "submission" | "reconcile" | "operator" | "epoch" | "key" | "notice" | "detached" | "attached";
                    /** @description Participant, link or other id that the entry is about */
                    subject?: string;
                    /** @example TBProjectInfo */
                    entity?: string;
                    record?: string;
                    submission?: string;
                    from?: string;
                    to?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                index: number;
                                kind: string;
                                /** Format: date-time */
                                instant: string;
                                actor: string | null;
                                subject: string | null;
                                /** @description What is hashed into the log · 叶子 */
                                leaf: string;
                                /** @description What the leaf names by its digest · 条目内容 */
                                body: Record<string, unknown> | unknown[] | null;
                                partId: number | null;
                            }[];
                            next: string | null;
                            detached?: {
                                from: number;
                                /** @description One past its last entry · 末条序号加一 */
                                to: number;
                                /** @description Where it is kept · 存放处 */
                                place: string;
                                /** @description Of its file range.json · range.json 的摘要 */
                                digest: string;
                                root: string;
                                /** Format: date-time */
                                detachedAt: string;
                            }[];
                            versionsDetached?: {
                                /** @description A part id · 部分编号 */
                                from: number;
                                /** @description One past its last part · 末个部分编号加一 */
                                to: number;
                                /** @description Where it is kept · 存放处 */
                                place: string;
                                /** @description Of its file range.json · range.json 的摘要 */
                                digest: string;
                                /** @description In its files · 文件中的版本数 */
                                versions: number;
                                /** Format: date-time */
                                detachedAt: string;
                            }[];
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/log/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry with the text and the salt of its body, to be checked against the log · 一条日志 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    index: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            index: number;
                            kind: string;
                            /** Format: date-time */
                            instant: string;
                            actor: string | null;
                            subject: string | null;
                            /** @description What is hashed into the log · 叶子 */
                            leaf: string;
                            /** @description What the leaf names by its digest · 条目内容 */
                            body: Record<string, unknown> | unknown[] | null;
                            partId: number | null;
                            /** @description The body as it was hashed · 哈希时的原文 */
                            bodyText: string | null;
                            /** @description hex */
                            bodySalt: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads, searches and exports, newest first · 访问记录 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                event_id: number;
                                /** Format: date-time */
                                at: string;
                                actor: string;
                                action: string;
                                subject: string | null;
                                detail: Record<string, unknown> | null;
                                /** @description Its digest is in the log · 已封存入日志 */
                                sealed: boolean;
                            }[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The policy in force, and those loaded before · 现行策略 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            inForce?: string;
                            document?: Record<string, unknown>;
                            /** @description What the public sees: of the document, else the ruling that stands where it says nothing · 对外公布的范围 */
                            publication?: Record<string, unknown>;
                            loaded?: Record<string, unknown>[];
                        };
                    };
                };
            };
        };
        /** Put a policy in force · 装载策略 */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description As `document` of GET; every mistake is named at once */
            requestBody: {
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            policyId?: string;
                            changed?: boolean;
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/standards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every revision of the standard known here, its state, and what was refused · 已装载的数据标准 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items?: Record<string, unknown>[];
                            refused?: Record<string, unknown>[];
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Load a signed release of the standard · 装载数据标准
         * @description The document as the authority or a node above signed it. At the node of the issuing authority itself an unsigned one is published by loading it. A refusal lists everything in `errors`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "id": "2018",
                     *       "revision": 2,
                     *       "signatures": [
                     *         {
                     *           "alg": "ed25519",
                     *           "keyId": "000000-1",
                     *           "value": "…"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": Record<string, unknown>;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "release": "2018",
                         *       "revision": 2,
                         *       "issuer": "000000",
                         *       "digest": "sha-256:0000000000000000000000000000000000000000000000000000000000000000",
                         *       "changed": true,
                         *       "effectiveFrom": "2027-01-01T00:00:00.000Z",
                         *       "signedBy": [
                         *         "000000-1"
                         *       ],
                         *       "shadowRun": 3
                         *     }
                         */
                        "application/json": {
                            release: string;
                            revision: number;
                            issuer: string;
                            digest: string;
                            /** @description False when exactly this document was loaded before */
                            changed: boolean;
                            /** @description From when it counts here; null when it is only kept */
                            effectiveFrom: string | null;
                            signedBy: string[];
                            /** @description The run that tells what it would refuse until then */
                            shadowRun: number | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/standards/{release}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have a revision count from an instant: back to an older one, or forward · 改用某一修订 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "revision": 1,
                     *       "reason": "新修订的字典有误，恢复原修订"
                     *     }
                     */
                    "application/json": {
                        revision: number;
                        /** @description Absent: the newest of that number · 发布机关，缺省取最新的一份 */
                        issuer?: string;
                        /** Format: date-time */
                        from?: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            release?: string;
                            revision?: number;
                            issuer?: string;
                            /** Format: date-time */
                            effectiveFrom?: string;
                            /** @description The run that tells what it would refuse until then; null when it counts at once */
                            shadowRun?: number | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/standards/{release}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back what is to count later · 撤销尚未生效的安排 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "revision": 2,
                     *       "reason": "试运行退回过多，推迟"
                     *     }
                     */
                    "application/json": {
                        revision: number;
                        /** @description Absent: the newest of that number · 发布机关，缺省取最新的一份 */
                        issuer?: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cancelled?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/standards/{release}/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Judge what was stored in the last days by a loaded revision, changing nothing · 对已入库记录试运行 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "revision": 2,
                     *       "days": 30
                     *     }
                     */
                    "application/json": {
                        revision: number;
                        /** @description Absent: the newest of that number · 发布机关，缺省取最新的一份 */
                        issuer?: string;
                        /** @description 30 when absent */
                        days?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            run?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/shadow-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs in the shadow, newest first · 试运行 */
        get: {
            parameters: {
                query?: {
                    /** @example 2018 */
                    release?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items?: {
                                run?: number;
                                release?: string;
                                revision?: number;
                                /** @enum {unknown} */
                                kind?: "live" | "stored";
                                /** @enum {unknown} */
                                state?: "running" | "finished" | "cancelled";
                                progress?: {
                                    done?: number;
                                    total?: number | null;
                                };
                                judged?: number;
                                wouldRefuse?: number;
                                wouldDoubt?: number;
                                /** @description Of another release, withdrawals, or without their texts for good */
                                passedOver?: number;
                                /** @description Not judged because their contents were taken out of the database (`huijiao versions detach`) · 内容已移出数据库，未判断 */
                                elsewhere?: number;
                            }[];
                            next?: null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/shadow-runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a revision would have refused, by code, field, rule and participant · 试运行报告 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    run: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "run": 3,
                         *       "release": "2018",
                         *       "revision": 2,
                         *       "kind": "stored",
                         *       "state": "finished",
                         *       "progress": {
                         *         "done": 1200,
                         *         "total": 1200
                         *       },
                         *       "judged": 1180,
                         *       "wouldRefuse": 37,
                         *       "wouldDoubt": 2,
                         *       "passedOver": 15,
                         *       "elsewhere": 5,
                         *       "byCode": [
                         *         {
                         *           "severity": "error",
                         *           "code": "field-missing",
                         *           "count": 37
                         *         }
                         *       ],
                         *       "byParticipant": [
                         *         {
                         *           "participant": "370100/p-city",
                         *           "count": 37
                         *         }
                         *       ],
                         *       "findings": [
                         *         {
                         *           "severity": "error",
                         *           "code": "field-missing",
                         *           "rule": "field.mandatory",
                         *           "entity": "TBProjectInfo",
                         *           "field": "AllArea",
                         *           "participant": "370100/p-city",
                         *           "count": 37,
                         *           "examples": [
                         *             {
                         *               "recordId": "r_01a2009820f0749f8a5eeb14901497f5",
                         *               "version": 1,
                         *               "pointer": "/data/AllArea"
                         *             }
                         *           ]
                         *         }
                         *       ],
                         *       "more": false
                         *     }
                         */
                        "application/json": {
                            run?: number;
                            release?: string;
                            revision?: number;
                            /** @enum {unknown} */
                            kind?: "live" | "stored";
                            /** @enum {unknown} */
                            state?: "running" | "finished" | "cancelled";
                            progress?: {
                                done?: number;
                                total?: number | null;
                            };
                            judged?: number;
                            wouldRefuse?: number;
                            wouldDoubt?: number;
                            /** @description Of another release, withdrawals, or without their texts for good */
                            passedOver?: number;
                            /** @description Not judged because their contents were taken out of the database (`huijiao versions detach`) · 内容已移出数据库，未判断 */
                            elsewhere?: number;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/records/{recordId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A record: what is in force with the source of each field, conflicts, corrections, former numbers · 记录 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/records/{recordId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every version of a record, by stream, with its fields by name and what it changed · 记录的全部版本与差异 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/records/{recordId}/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Correct a record by hand · 更正
         * @description A version in this node’s own stream that names what it corrects. It is judged like any record: `refused` with every problem, and nothing is stored. While it stands, a source that repeats the corrected value does not win; a new value is put before a person as a conflict. It goes up like any record. · 更正是本节点自己的一个版本，写明更正了哪个版本；来源重复旧值不生效，出现新值则列入数据冲突，由人判定。
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "corrects": "sha-256:9f2c0000000000000000000000000000000000000000000000000000000000aa",
                     *       "fields": {
                     *         "AllInvest": "18600.5",
                     *         "BeginDete": null
                     *       },
                     *       "reason": "单位写错：元误作万元"
                     *     }
                     */
                    "application/json": {
                        /** @description `commitment` of the version in force of the source that is corrected · 被更正版本的承诺 */
                        corrects: string;
                        /** @description Fields with their right values; null takes a field away · 应更正的字段 */
                        fields?: Record<string, unknown>;
                        /** @description The whole record instead of single fields · 或给出整条记录 */
                        data?: Record<string, unknown>;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {unknown} */
                            outcome?: "accepted" | "unchanged" | "held" | "refused";
                            recordId?: string;
                            version?: number;
                            commitment?: string;
                            corrects?: string;
                            fields?: string[];
                            problems?: {
                                [key: string]: unknown;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/records/{recordId}/corrections/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the correction that stands on a record · 结束更正
         * @description Its fields are what the sources say again, here and, by a tombstone, above.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "来源已改正（合成）"
                     *     }
                     */
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            fields?: string[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Corrections made at this node, newest first · 更正清单 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    state?: "standing" | "ended";
                    entity?: string;
                    record?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: Record<string, unknown>[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/records/{recordId}/send-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide that a record goes up although a rule keeps it here · 决定上报
         * @description Only where the policy’s rule says that a decision may overcome it (a provincial conduct code); all other rules count as before. The record goes up flagged, and so do its later versions. · 仅限政策写明可由决定放行的条件（如地方行为代码），其他条件照常判断；记录带标记上报，其后的版本亦然。
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "情节严重，经研究上报（合成）",
                     *       "document": "示建函〔2026〕12号"
                     *     }
                     */
                    "application/json": {
                        reason: string;
                        /** @description Number of the document in which it was decided · 决定文号 */
                        document?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            recordId?: string;
                            entity?: string;
                            /** @description Versions that the links look at again because of it */
                            versions?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/records/{recordId}/send-up/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take such a decision back · 撤销上报决定
         * @description What went up by it is ended above by a tombstone; later versions stay here again. · 已上报的在上级终止，其后的版本留在本级。
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "复议后撤销该决定（合成）"
                     *     }
                     */
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            recordId?: string;
                            entity?: string;
                            /** @description Versions that the links look at again because of it */
                            versions?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/sent-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions to send records up, newest first · 上报决定清单 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    state?: "standing" | "ended";
                    entity?: string;
                    record?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: Record<string, unknown>[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search the four libraries · 检索四库记录
         * @description Those by which a subject is known come first, then the newest. `tooMany`: more match than were looked through, so more words would help. `behind`: entries of the log that the search has not read yet.
         */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /**
                     * @description Names by two or more characters in a row, first letters of pinyin, numbers and codes; words with spaces between must all be met. A whole document number finds the records of that person. · 名称任意连续两字以上、拼音首字母、编号、代码
                     * @example 示例花园
                     */
                    q?: string;
                    library?: "enterprise" | "person" | "project" | "conduct";
                    entity?: string;
                    state?: "in-force" | "withdrawn" | "pending_review" | "doubtful" | "held" | "superseded" | "refused";
                    /** @description Region code or the beginning of one · 区划代码或其前几位 */
                    region?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                recordId: string;
                                entity: string;
                                entityName: {
                                    zh?: string;
                                    en?: string;
                                };
                                /** @enum {unknown} */
                                library: "enterprise" | "person" | "project" | "conduct";
                                name: string;
                                number: string;
                                region: string;
                                regionName: string;
                                /** @enum {unknown} */
                                state: "in-force" | "withdrawn" | "pending_review" | "doubtful" | "held" | "superseded" | "refused";
                                several: boolean;
                                facts: {
                                    code: string;
                                    zh: string;
                                    en: string;
                                    kind?: string;
                                    /** @enum {unknown} */
                                    privacy?: "open" | "named" | "sealed";
                                    value?: unknown;
                                    text?: {
                                        zh?: string;
                                        en?: string;
                                    };
                                    unit?: string;
                                    hidden?: boolean;
                                }[];
                            }[];
                            next: string | null;
                            tooMany?: boolean;
                            behind?: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/records/{recordId}/linked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What hangs together with a record, both ways · 关联记录
         * @description By table with how many and the first ten; with `entity`, that table page by page.
         */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /** @description Only this table, page by page · 只列此表 */
                    entity?: string;
                    /** @description `below`: records that name this one · below：提到本记录的；above：本记录提到的 */
                    direction?: "below" | "above";
                };
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            groups?: {
                                entity: string;
                                entityName: {
                                    zh?: string;
                                    en?: string;
                                };
                                /** @enum {unknown} */
                                direction: "below" | "above";
                                count: number;
                                /** @description There are more than were counted · 未数尽 */
                                more: boolean;
                                items: {
                                    recordId: string;
                                    entity: string;
                                    entityName: {
                                        zh?: string;
                                        en?: string;
                                    };
                                    /** @enum {unknown} */
                                    library: "enterprise" | "person" | "project" | "conduct";
                                    name: string;
                                    number: string;
                                    region: string;
                                    regionName: string;
                                    /** @enum {unknown} */
                                    state: "in-force" | "withdrawn" | "pending_review" | "doubtful" | "held" | "superseded" | "refused";
                                    several: boolean;
                                    facts: {
                                        code: string;
                                        zh: string;
                                        en: string;
                                        kind?: string;
                                        /** @enum {unknown} */
                                        privacy?: "open" | "named" | "sealed";
                                        value?: unknown;
                                        text?: {
                                            zh?: string;
                                            en?: string;
                                        };
                                        unit?: string;
                                        hidden?: boolean;
                                    }[];
                                }[];
                            }[];
                            next?: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/records/{recordId}/custody": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chain of custody of one version, to be verified by whoever reads it · 流转轨迹 */
        get: {
            parameters: {
                query?: {
                    version?: number;
                    stream?: string;
                };
                header?: never;
                path: {
                    /** @example r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d */
                    recordId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Verified with `huijiao verify`, or in the page · 可离线核验 */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/successions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Numbers that became others, newest first · 编号变更 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /** @example TBProjectInfo */
                    entity?: string;
                    record?: string;
                    state?: "standing" | "undone";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: Record<string, unknown>[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Note that a number became another · 登记编号变更（改号、合并、拆分）
         * @description Both numbers are found from then on, and what refers to the old one is satisfied by the new one. A ring, or a second successor, is refused. It counts at this node, and is told to the levels above over HTTP links and by folders; what they said is in the list (`above`), and what they refused is told again a day later. · 新旧编号都能查到；成环或另有继任的退回；经 HTTP 或文件夹通道逐级通报上级（被退回的一日后再通报），答复见清单中的 above。
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "entity": "TBProjectInfo",
                     *       "kind": "renamed",
                     *       "from": [
                     *         {
                     *           "key": {
                     *             "PrjNum": "3712021803120101"
                     *           }
                     *         }
                     *       ],
                     *       "to": [
                     *         {
                     *           "key": {
                     *             "PrjNum": "3701161803120101"
                     *           }
                     *         }
                     *       ],
                     *       "effectiveOn": "2019-01-09",
                     *       "reason": "莱芜市并入济南市，项目重新赋码"
                     *     }
                     */
                    "application/json": {
                        /** @example TBProjectInfo */
                        entity: string;
                        /**
                         * @description 改号 · 合并 · 拆分
                         * @enum {unknown}
                         */
                        kind: "renamed" | "merged" | "split";
                        from: {
                            recordId?: string;
                            /** @description Its business key, when the record is not here */
                            key?: Record<string, unknown>;
                        }[];
                        to: {
                            recordId?: string;
                            /** @description Its business key, when the record is not here */
                            key?: Record<string, unknown>;
                        }[];
                        /** Format: date */
                        effectiveOn?: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            succession?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/successions/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back what was noted; it stays readable · 撤销编号变更 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "登记有误（合成）"
                     *     }
                     */
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Fields in which sources differ, newest first · 数据冲突 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /** @example TBProjectInfo */
                    entity?: string;
                    record?: string;
                    /** @description open when absent */
                    state?: "open" | "decided" | "settled";
                    field?: string;
                    /** @description One of its sides: <origin node>/<participant> */
                    participant?: string;
                    /** @description Found at or after */
                    since?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: Record<string, unknown>[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/conflicts/{id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say which source is right about a field · 判定数据冲突
         * @description Nothing is merged: the field in force is taken from that source until somebody decides otherwise.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "source": "370000/p-registry",
                     *       "reason": "以省级企业库为准"
                     *     }
                     */
                    "application/json": {
                        /** @description One of its sides: <origin node>/<participant> */
                        source: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            recordId?: string;
                            field?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/duplicates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pairs of records that may be one, newest first · 疑似重复 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /** @example TBProjectInfo */
                    entity?: string;
                    record?: string;
                    /** @description open when absent */
                    state?: "open" | "same" | "different" | "gone";
                    /** @description At least this likely */
                    score?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: Record<string, unknown>[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/duplicates/{id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say whether two records are one · 判定疑似重复
         * @description `same` makes `survivor` stand for the other (a succession); `different` is remembered, and the pair is not asked about again.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "decision": "same",
                     *       "survivor": "r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d",
                     *       "reason": "重复登记"
                     *     }
                     */
                    "application/json": {
                        /** @enum {unknown} */
                        decision: "same" | "different";
                        /** @description same: the record that stands for both · 保留的记录 */
                        survivor?: string;
                        /** Format: date */
                        effectiveOn?: string;
                        reason: string;
                    } & ({
                        /** @enum {unknown} */
                        decision?: "same";
                    } | {
                        /** @enum {unknown} */
                        decision?: "different";
                        survivor?: never;
                        effectiveOn?: never;
                    });
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            succession?: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/held": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Held records, what they wait for, since when and until when; those that wait longest first · 待关联 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    entity?: string;
                    /**
                     * @description Table of the record that is missing
                     * @example TBProjectInfo
                     */
                    parent?: string;
                    /** @description Region code or the beginning of one */
                    region?: string;
                    /** @description <origin node>/<participant> */
                    stream?: string;
                    /** @description Only those whose time is up before this instant */
                    dueBefore?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                part?: number;
                                ordinal?: number;
                                recordId?: string;
                                entity?: string;
                                sourceId?: string | null;
                                stream?: string;
                                version?: number;
                                reportingRegion?: string;
                                submission?: {
                                    id?: string;
                                    record?: number;
                                };
                                /** Format: date-time */
                                heldAt?: string;
                                /** @description Refused then when the parent is still missing; null: it waits only behind an earlier version */
                                until?: string | null;
                                waitsFor?: {
                                    entity?: string | null;
                                    field?: string | null;
                                    rule?: string | null;
                                }[];
                                /** @description An earlier version of the same record waits too */
                                behindEarlier?: boolean;
                            }[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/held/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give held records more time; the decision is an entry · 延长待关联期限 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "records": [
                     *         {
                     *           "part": 12,
                     *           "ordinal": 0
                     *         }
                     *       ],
                     *       "until": "2026-12-01T00:00:00+08:00",
                     *       "reason": "县区系统正在迁移，项目下月补报"
                     *     }
                     */
                    "application/json": {
                        records: {
                            part: number;
                            ordinal: number;
                        }[];
                        /**
                         * Format: date-time
                         * @description Not before the time that the record was given
                         */
                        until: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            extended?: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was found about stored records: doubts, warnings, parents that never came; newest first · 核查发现 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    /** @description open when absent */
                    state?: "open" | "settled" | "dismissed";
                    severity?: "error" | "doubt" | "warning";
                    /** @example linkage.manager-overlap */
                    rule?: string;
                    entity?: string;
                    /** @description Region code or the beginning of one */
                    region?: string;
                    record?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: Record<string, unknown>[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/findings/{number}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Clear a doubt or warning after looking; the decision is an entry · 核查排除 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    number: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "两项目为同一工程的相邻标段"
                     *     }
                     */
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Comparisons with the upstream, newest first · 对账记录 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                /** Format: uuid */
                                run?: string;
                                link?: string;
                                /**
                                 * @description `repairing`: what is missing above is being sent again; `equal`: both hold the same, and signed it; `diverged`: people have to look · 状态
                                 * @enum {unknown}
                                 */
                                state?: "waiting" | "comparing" | "repairing" | "equal" | "diverged" | "failed";
                                /** Format: date-time */
                                startedAt?: string;
                                startedBy?: string;
                                finishedAt?: string | null;
                                /** @description Where the sets ended, in this node’s log · 截止位置 */
                                cut?: {
                                    epoch?: number;
                                    index?: number;
                                } | null;
                                /** @description Places in this node’s set · 参与对账的版本数 */
                                records?: number | null;
                                /** @description How often the sets were compared */
                                passes?: number;
                                /** @description Questions and answers · 往返次数 */
                                rounds?: number;
                                bytes?: {
                                    sent?: number;
                                    received?: number;
                                };
                                /** @description Versions that are gone from this node’s own database · 本级丢失 */
                                lostHere?: number;
                                found?: {
                                    /** @description Delivered with a receipt, and missing above · 上级缺失 */
                                    lowerAhead?: number;
                                    /** @description Above from this link, and missing here; not fetched back · 本级缺失 */
                                    upperAhead?: number;
                                    /** @description One version, two contents: a case is open for each · 内容不一致 */
                                    conflicts?: number;
                                    /** @description Still missing above at the end · 仍缺失 */
                                    leftOver?: number;
                                    /** @description The first hundred: record ids and digests, no content */
                                    examples?: Record<string, unknown>;
                                    /** @description Qualifies, but never went up: this node’s own report · 应报未报 */
                                    undelivered?: {
                                        count?: number;
                                        /** @description It looked at the first thousand that were left over */
                                        more?: boolean;
                                        /** @description The first hundred */
                                        examples?: Record<string, unknown>[];
                                        /** @description Never went up either, and whether they qualify is known again when these ranges are put back (`huijiao versions attach`); absent in older runs · 未报送，须装回内容方能判定 */
                                        elsewhere?: {
                                            count?: number;
                                            ranges?: {
                                                /** @description A part id · 部分编号 */
                                                from?: number;
                                                /** @description One past its last part · 末个部分编号加一 */
                                                to?: number;
                                                /** @description Where it is kept · 存放处 */
                                                place?: string;
                                                /** @description Of its file range.json · range.json 的摘要 */
                                                digest?: string;
                                            }[];
                                        };
                                    } | null;
                                };
                                /** @description Versions sent again · 补报 */
                                sentAgain?: number;
                                certificate?: number | null;
                                error?: string | null;
                            }[];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Compare what was delivered with what the upstream holds · 立即对账 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "run": "0d9fd4a3-7c2e-4b53-8a0f-6b2f5c1d9e11",
                         *       "link": "370000",
                         *       "state": "equal",
                         *       "startedAt": "2026-09-01T18:30:00.000Z",
                         *       "startedBy": "node",
                         *       "finishedAt": "2026-09-01T18:30:02.412Z",
                         *       "cut": {
                         *         "epoch": 1,
                         *         "index": 4711
                         *       },
                         *       "records": 1250,
                         *       "passes": 2,
                         *       "rounds": 4,
                         *       "bytes": {
                         *         "sent": 3120,
                         *         "received": 2984
                         *       },
                         *       "lostHere": 0,
                         *       "found": {
                         *         "lowerAhead": 1,
                         *         "upperAhead": 0,
                         *         "conflicts": 0,
                         *         "leftOver": 0,
                         *         "examples": {},
                         *         "undelivered": {
                         *           "count": 0,
                         *           "more": false,
                         *           "examples": [],
                         *           "elsewhere": {
                         *             "count": 0,
                         *             "ranges": []
                         *           }
                         *         }
                         *       },
                         *       "sentAgain": 1,
                         *       "certificate": 12,
                         *       "error": null
                         *     }
                         */
                        "application/json": {
                            /** Format: uuid */
                            run?: string;
                            link?: string;
                            /**
                             * @description `repairing`: what is missing above is being sent again; `equal`: both hold the same, and signed it; `diverged`: people have to look · 状态
                             * @enum {unknown}
                             */
                            state?: "waiting" | "comparing" | "repairing" | "equal" | "diverged" | "failed";
                            /** Format: date-time */
                            startedAt?: string;
                            startedBy?: string;
                            finishedAt?: string | null;
                            /** @description Where the sets ended, in this node’s log · 截止位置 */
                            cut?: {
                                epoch?: number;
                                index?: number;
                            } | null;
                            /** @description Places in this node’s set · 参与对账的版本数 */
                            records?: number | null;
                            /** @description How often the sets were compared */
                            passes?: number;
                            /** @description Questions and answers · 往返次数 */
                            rounds?: number;
                            bytes?: {
                                sent?: number;
                                received?: number;
                            };
                            /** @description Versions that are gone from this node’s own database · 本级丢失 */
                            lostHere?: number;
                            found?: {
                                /** @description Delivered with a receipt, and missing above · 上级缺失 */
                                lowerAhead?: number;
                                /** @description Above from this link, and missing here; not fetched back · 本级缺失 */
                                upperAhead?: number;
                                /** @description One version, two contents: a case is open for each · 内容不一致 */
                                conflicts?: number;
                                /** @description Still missing above at the end · 仍缺失 */
                                leftOver?: number;
                                /** @description The first hundred: record ids and digests, no content */
                                examples?: Record<string, unknown>;
                                /** @description Qualifies, but never went up: this node’s own report · 应报未报 */
                                undelivered?: {
                                    count?: number;
                                    /** @description It looked at the first thousand that were left over */
                                    more?: boolean;
                                    /** @description The first hundred */
                                    examples?: Record<string, unknown>[];
                                    /** @description Never went up either, and whether they qualify is known again when these ranges are put back (`huijiao versions attach`); absent in older runs · 未报送，须装回内容方能判定 */
                                    elsewhere?: {
                                        count?: number;
                                        ranges?: {
                                            /** @description A part id · 部分编号 */
                                            from?: number;
                                            /** @description One past its last part · 末个部分编号加一 */
                                            to?: number;
                                            /** @description Where it is kept · 存放处 */
                                            place?: string;
                                            /** @description Of its file range.json · range.json 的摘要 */
                                            digest?: string;
                                        }[];
                                    };
                                } | null;
                            };
                            /** @description Versions sent again · 补报 */
                            sentAgain?: number;
                            certificate?: number | null;
                            error?: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}/reconcile/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One comparison · 一次对账 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "run": "0d9fd4a3-7c2e-4b53-8a0f-6b2f5c1d9e11",
                         *       "link": "370000",
                         *       "state": "equal",
                         *       "startedAt": "2026-09-01T18:30:00.000Z",
                         *       "startedBy": "node",
                         *       "finishedAt": "2026-09-01T18:30:02.412Z",
                         *       "cut": {
                         *         "epoch": 1,
                         *         "index": 4711
                         *       },
                         *       "records": 1250,
                         *       "passes": 2,
                         *       "rounds": 4,
                         *       "bytes": {
                         *         "sent": 3120,
                         *         "received": 2984
                         *       },
                         *       "lostHere": 0,
                         *       "found": {
                         *         "lowerAhead": 1,
                         *         "upperAhead": 0,
                         *         "conflicts": 0,
                         *         "leftOver": 0,
                         *         "examples": {},
                         *         "undelivered": {
                         *           "count": 0,
                         *           "more": false,
                         *           "examples": [],
                         *           "elsewhere": {
                         *             "count": 0,
                         *             "ranges": []
                         *           }
                         *         }
                         *       },
                         *       "sentAgain": 1,
                         *       "certificate": 12,
                         *       "error": null
                         *     }
                         */
                        "application/json": {
                            /** Format: uuid */
                            run?: string;
                            link?: string;
                            /**
                             * @description `repairing`: what is missing above is being sent again; `equal`: both hold the same, and signed it; `diverged`: people have to look · 状态
                             * @enum {unknown}
                             */
                            state?: "waiting" | "comparing" | "repairing" | "equal" | "diverged" | "failed";
                            /** Format: date-time */
                            startedAt?: string;
                            startedBy?: string;
                            finishedAt?: string | null;
                            /** @description Where the sets ended, in this node’s log · 截止位置 */
                            cut?: {
                                epoch?: number;
                                index?: number;
                            } | null;
                            /** @description Places in this node’s set · 参与对账的版本数 */
                            records?: number | null;
                            /** @description How often the sets were compared */
                            passes?: number;
                            /** @description Questions and answers · 往返次数 */
                            rounds?: number;
                            bytes?: {
                                sent?: number;
                                received?: number;
                            };
                            /** @description Versions that are gone from this node’s own database · 本级丢失 */
                            lostHere?: number;
                            found?: {
                                /** @description Delivered with a receipt, and missing above · 上级缺失 */
                                lowerAhead?: number;
                                /** @description Above from this link, and missing here; not fetched back · 本级缺失 */
                                upperAhead?: number;
                                /** @description One version, two contents: a case is open for each · 内容不一致 */
                                conflicts?: number;
                                /** @description Still missing above at the end · 仍缺失 */
                                leftOver?: number;
                                /** @description The first hundred: record ids and digests, no content */
                                examples?: Record<string, unknown>;
                                /** @description Qualifies, but never went up: this node’s own report · 应报未报 */
                                undelivered?: {
                                    count?: number;
                                    /** @description It looked at the first thousand that were left over */
                                    more?: boolean;
                                    /** @description The first hundred */
                                    examples?: Record<string, unknown>[];
                                    /** @description Never went up either, and whether they qualify is known again when these ranges are put back (`huijiao versions attach`); absent in older runs · 未报送，须装回内容方能判定 */
                                    elsewhere?: {
                                        count?: number;
                                        ranges?: {
                                            /** @description A part id · 部分编号 */
                                            from?: number;
                                            /** @description One past its last part · 末个部分编号加一 */
                                            to?: number;
                                            /** @description Where it is kept · 存放处 */
                                            place?: string;
                                            /** @description Of its file range.json · range.json 的摘要 */
                                            digest?: string;
                                        }[];
                                    };
                                } | null;
                            };
                            /** @description Versions sent again · 补报 */
                            sentAgain?: number;
                            certificate?: number | null;
                            error?: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/links/{name}/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Equality certificates with the upstream, newest first; `document` is verified by `huijiao verify` · 与上级的一致性证明 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                number?: number;
                                /** Format: uuid */
                                run?: string;
                                /** Format: date-time */
                                madeAt?: string;
                                /** @description SHA-256 of what both signed; the log entry names it */
                                digest?: string;
                                /** @description The certificate as both nodes signed it (docs/protocol.md) */
                                document?: Record<string, unknown>;
                            }[];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/participants/{participantId}/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Equality certificates with a lower node, newest first · 与下级节点的一致性证明 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                };
                header?: never;
                path: {
                    participantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                number?: number;
                                /** Format: uuid */
                                run?: string;
                                /** Format: date-time */
                                madeAt?: string;
                                /** @description SHA-256 of what both signed; the log entry names it */
                                digest?: string;
                                /** @description The certificate as both nodes signed it (docs/protocol.md) */
                                document?: Record<string, unknown>;
                            }[];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/reconcile/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of which this node and its upstream hold different contents · 对账异议 */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before · 上一页的 next */
                    cursor?: string;
                    /** @description Items a page, 50 when absent · 每页条数 */
                    limit?: number;
                    state?: "open" | "settled";
                    link?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                case?: number;
                                link?: string;
                                /** Format: uuid */
                                run?: string;
                                entity?: string;
                                recordId?: string;
                                stream?: string;
                                epoch?: number;
                                n?: number;
                                /** @description Index in this node’s log */
                                entry?: number;
                                /** @description Commitment here · 本级承诺 */
                                here?: string;
                                /** @description Commitment above · 上级承诺 */
                                there?: string;
                                /** @enum {unknown} */
                                state?: "open" | "settled";
                                /** Format: date-time */
                                foundAt?: string;
                                settled?: Record<string, unknown> | null;
                            }[];
                            next: string | null;
                            /**
                             * @description Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名
                             * @example {
                             *       "p-7k2": "示例市工程审批系统",
                             *       "370100/p-7k2": "示例市工程审批系统",
                             *       "operator:o-5f0c2a9e4b": "历下区录入员（示例）"
                             *     }
                             */
                            names?: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/reconcile/cases/{number}/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a case with what people decided; nothing is changed by it · 结案 */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    number: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "已与省级核对，以本级为准"
                     *     }
                     */
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/standards/{release}/dictionaries/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a dictionary by the rows of an official file · 以官方文件替换字典
         * @description JSON with `rows`, or the CSV or Excel file itself, of which the query then says what it is. Makes a revision of this node’s own, signed by it. Columns go by their names (代码/code, 名称/name_zh, …).
         */
        post: {
            parameters: {
                query?: {
                    title?: string;
                    reference?: string;
                    date?: string;
                    complete?: boolean;
                    missing?: string;
                    missingEn?: string;
                    /** @description Last day of codes that the file has no more; absent: they are dropped */
                    lastDay?: string;
                    filename?: string;
                    sheet?: string;
                    /** @description From when it counts; absent: at once · 生效时刻，缺省为立即 */
                    from?: string;
                };
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                    /** @example TBCORPBADDIC */
                    code: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "rows": [
                     *         {
                     *           "code": "A1-1-01",
                     *           "name_zh": "示例行为（合成）"
                     *         }
                     *       ],
                     *       "source": {
                     *         "title": "示例不良行为目录（合成）",
                     *         "date": "2026-01-01"
                     *       },
                     *       "complete": false,
                     *       "missing": {
                     *         "zh": "仅为示例",
                     *         "en": "only an example"
                     *       }
                     *     }
                     */
                    "application/json": {
                        rows: (Record<string, unknown> | unknown[])[];
                        source: {
                            title: string;
                            reference?: string;
                            /** Format: date */
                            date?: string;
                        };
                        complete: boolean;
                        missing?: {
                            zh: string;
                            en: string;
                        };
                        /** Format: date */
                        lastDay?: string;
                    };
                    "text/csv": unknown;
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": unknown;
                    "application/octet-stream": unknown;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "release": "2018",
                         *       "revision": 2,
                         *       "issuer": "000000",
                         *       "digest": "sha-256:0000000000000000000000000000000000000000000000000000000000000000",
                         *       "changed": true,
                         *       "effectiveFrom": "2027-01-01T00:00:00.000Z",
                         *       "signedBy": [
                         *         "000000-1"
                         *       ],
                         *       "shadowRun": 3
                         *     }
                         */
                        "application/json": {
                            release: string;
                            revision: number;
                            issuer: string;
                            digest: string;
                            /** @description False when exactly this document was loaded before */
                            changed: boolean;
                            /** @description From when it counts here; null when it is only kept */
                            effectiveFrom: string | null;
                            signedBy: string[];
                            /** @description The run that tells what it would refuse until then */
                            shadowRun: number | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/standards/{release}/dictionaries/{code}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What replacing a dictionary by a file would change, code by code; nothing is stored · 预览以文件替换字典的差异
         * @description Takes what the replacement takes, and refuses what it refuses, with every fault in `errors`.
         */
        post: {
            parameters: {
                query?: {
                    title?: string;
                    reference?: string;
                    date?: string;
                    complete?: boolean;
                    missing?: string;
                    missingEn?: string;
                    /** @description Last day of codes that the file has no more; absent: they are dropped */
                    lastDay?: string;
                    filename?: string;
                    sheet?: string;
                    /** @description From when it counts; absent: at once · 生效时刻，缺省为立即 */
                    from?: string;
                };
                header?: never;
                path: {
                    /** @example 2018 */
                    release: string;
                    /** @example TBCORPBADDIC */
                    code: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "rows": [
                     *         {
                     *           "code": "A1-1-01",
                     *           "name_zh": "示例行为（合成）"
                     *         }
                     *       ],
                     *       "source": {
                     *         "title": "示例不良行为目录（合成）",
                     *         "date": "2026-01-01"
                     *       },
                     *       "complete": false,
                     *       "missing": {
                     *         "zh": "仅为示例",
                     *         "en": "only an example"
                     *       }
                     *     }
                     */
                    "application/json": {
                        rows: (Record<string, unknown> | unknown[])[];
                        source: {
                            title: string;
                            reference?: string;
                            /** Format: date */
                            date?: string;
                        };
                        complete: boolean;
                        missing?: {
                            zh: string;
                            en: string;
                        };
                        /** Format: date */
                        lastDay?: string;
                    };
                    "text/csv": unknown;
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": unknown;
                    "application/octet-stream": unknown;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "release": "2018",
                         *       "code": "TBCORPBADDIC",
                         *       "revision": 3,
                         *       "issuer": "370100",
                         *       "before": {
                         *         "codes": 30,
                         *         "closed": false,
                         *         "complete": false,
                         *         "revision": 1,
                         *         "issuer": "000000"
                         *       },
                         *       "after": {
                         *         "codes": 31,
                         *         "closed": false,
                         *         "complete": false
                         *       },
                         *       "counts": {
                         *         "added": 1,
                         *         "removed": 0,
                         *         "ended": 0,
                         *         "changed": 0,
                         *         "same": 30
                         *       },
                         *       "changes": [
                         *         {
                         *           "code": "A1-9-99",
                         *           "kind": "added",
                         *           "before": null,
                         *           "after": {
                         *             "code": "A1-9-99",
                         *             "nameZh": "示例行为（合成）",
                         *             "nameEn": ""
                         *           }
                         *         }
                         *       ],
                         *       "more": false,
                         *       "use": {
                         *         "records": 0,
                         *         "more": false,
                         *         "looked": 4200,
                         *         "codes": {},
                         *         "unseen": []
                         *       }
                         *     }
                         */
                        "application/json": {
                            release: string;
                            code: string;
                            /** @description The revision that it would be · 将成为的修订 */
                            revision: number;
                            issuer: string;
                            before: {
                                codes?: number;
                                closed?: boolean;
                                complete?: boolean;
                                revision?: number;
                                issuer?: string;
                            };
                            after: {
                                codes?: number;
                                closed?: boolean;
                                complete?: boolean;
                            };
                            counts: {
                                added?: number;
                                removed?: number;
                                ended?: number;
                                changed?: number;
                                same?: number;
                            };
                            changes: {
                                code?: string;
                                /** @enum {unknown} */
                                kind?: "added" | "removed" | "ended" | "changed";
                                before?: {
                                    code?: string;
                                    nameZh?: string;
                                    nameEn?: string;
                                    note?: string;
                                    validFrom?: string;
                                    validTo?: string;
                                } | null;
                                after?: {
                                    code?: string;
                                    nameZh?: string;
                                    nameEn?: string;
                                    note?: string;
                                    validFrom?: string;
                                    validTo?: string;
                                } | null;
                            }[];
                            /** @description There are more changes than are listed · 未列全 */
                            more: boolean;
                            /** @description Stored records that use a code which would end, be dropped, be renamed or count for other days. They stay as they are; this tells how many there are. · 用到停用、删除、改名或改期代码的已入库记录，替换不改动它们 */
                            use: {
                                records: number;
                                /** @description Not all were looked through: at least so many · 未全部查看，至少此数 */
                                more: boolean;
                                /** @description Records looked through, the newest first · 已查看的记录 */
                                looked: number;
                                /** @description Records by code · 各代码的记录数 */
                                codes: {
                                    [key: string]: number;
                                };
                                /** @description Personal fields that use the dictionary are sealed and were not looked at · 未查看的敏感字段 */
                                unseen: {
                                    entity?: string;
                                    field?: string;
                                }[];
                            };
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @example {
         *       "id": "1e8ff4cc-25ea-4de4-aa4f-2531371bd198",
         *       "standard": "2018",
         *       "producedAt": "2026-09-01T09:30:00+08:00",
         *       "responsible": {
         *         "unit": "示例市住房和城乡建设局",
         *         "name": "王示例",
         *         "account": "u1024"
         *       }
         *     }
         */
        Envelope: {
            /** Format: uuid */
            id: string;
            /** @enum {unknown} */
            standard: never;
            /** Format: date-time */
            producedAt?: string;
            responsible: {
                unit: string;
                name: string;
                account?: string;
            };
            /** @description Existing stock that is brought in once; needs a permission · 存量数据（须有许可） */
            legacy?: boolean;
        };
        /**
         * @example {
         *       "entity": "TBProjectInfo",
         *       "operation": "upsert",
         *       "sourceId": "XM-187",
         *       "sourceVersion": 3,
         *       "enteredBy": "u2048",
         *       "data": {
         *         "PrjNum": "3701022609010101",
         *         "PrjName": "示例花园（合成）",
         *         "PrjTypeNum": "01",
         *         "ProvinceNum": "370000",
         *         "CityNum": "370100",
         *         "CountyNum": "370102",
         *         "BuildCorpCode": "91370199MA00DEM14Q",
         *         "AllInvest": "18600.5",
         *         "DataSource": "1",
         *         "DataLevel": "C"
         *       }
         *     }
         * @example {
         *       "entity": "TBContractRecordManage",
         *       "operation": "withdraw",
         *       "sourceId": "HT-9",
         *       "key": {
         *         "RecordNum": "3701022609010101-HZ-001"
         *       },
         *       "reason": "重复报送"
         *     }
         */
        Record: unknown;
        Submission: components["schemas"]["Envelope"] & {
            records: components["schemas"]["Record"][];
        };
        /**
         * @example {
         *       "type": "/problems/submission-empty",
         *       "code": "submission-empty",
         *       "status": 422,
         *       "title": "批次中没有记录",
         *       "detail": "批次中一条记录也没有",
         *       "hint": "至少报送一条记录",
         *       "retryable": false,
         *       "traceId": "0af7651916cd43dd8448eb211c80319c",
         *       "en": {
         *         "title": "The submission has no records",
         *         "detail": "There is not one record in the submission",
         *         "hint": "Send at least one record"
         *       }
         *     }
         */
        Problem: {
            /** @description Relative address of the page that explains it */
            type: string;
            /** @enum {unknown} */
            code: "credentials-missing" | "credentials-invalid" | "signature-invalid" | "signature-expired" | "signature-replayed" | "sign-in-failed" | "captcha-needed" | "second-factor-wrong" | "second-factor-needed" | "password-change-needed" | "password-weak" | "session-ended" | "csrf-refused" | "operator-conflict" | "not-allowed" | "not-found" | "method-not-allowed" | "request-malformed" | "request-too-slow" | "headers-too-large" | "body-incomplete" | "body-too-large" | "body-empty" | "media-type-unsupported" | "encoding-unsupported" | "encoding-broken" | "digest-mismatch" | "digest-missing" | "json-malformed" | "json-not-utf8" | "json-too-deep" | "json-duplicate-key" | "envelope-invalid" | "submission-empty" | "standard-unknown" | "standard-invalid" | "standard-unsigned" | "standard-conflict" | "epoch-ended" | "epoch-claimed" | "epoch-unconfirmed" | "submission-conflict" | "submission-not-open" | "succession-conflict" | "correction-not-possible" | "send-up-not-possible" | "idempotency-key-mismatch" | "legacy-not-granted" | "attachment-type" | "attachment-quota" | "number-issuer-other" | "number-letters-unknown" | "numbers-exhausted" | "number-request-conflict" | "atomic-too-large" | "log-range-detached" | "version-range-detached" | "parameter-invalid" | "too-many-requests" | "not-ready" | "internal-error" | "file-kind-unsupported" | "file-malformed" | "workbook-too-large" | "xml-dtd-refused" | "file-text-encoding" | "file-entity-unclear" | "file-columns-invalid" | "entity-unknown" | "record-malformed" | "line-malformed" | "number-unsafe" | "attachment-missing" | "attachment-type-differs" | "record-too-large" | "region-not-granted" | "level-above-tier" | "origin-not-granted" | "source-version-conflict" | "version-conflict" | "record-id-conflict" | "withdraw-in-force" | "withdraw-conduct" | "atomic-rolled-back" | "release-unknown" | "far-refused" | "custody-invalid" | "parent-missing" | "parent-never-came" | "reference-missing" | "reference-cycle" | "manager-overlap" | "finish-before-permit" | "cell-number-damaged" | "cell-error" | "cell-formula-empty" | "cell-merged" | "row-malformed" | "field-missing" | "field-empty" | "field-unknown" | "type-wrong" | "too-long" | "text-invalid" | "decimal-invalid" | "integer-invalid" | "date-invalid" | "code-unknown" | "code-unlisted" | "region-unknown" | "region-level-wrong" | "region-not-nested" | "region-abolished" | "number-invalid" | "number-region-mismatch" | "number-inconsistent" | "company-code-invalid" | "credit-code-invalid" | "organisation-code-invalid" | "resident-id-invalid" | "resident-id-old" | "resident-id-inconsistent" | "placeholder-value" | "spaces-around" | "characters-stray" | "text-garbled" | "excel-damage" | "code-not-in-force" | "company-codes-differ" | "sum-mismatch" | "share-doubtful" | "qualification-doubtful" | "conduct-code-inconsistent" | "date-order" | "date-future" | "amount-doubtful" | "classified-project" | "condition-missing" | "identity-number-in-text" | "key-invalid" | "problems-many";
            status?: number;
            /** @enum {unknown} */
            severity?: "error" | "doubt" | "warning";
            /** @description 0-based position in the submission */
            record?: number;
            /** @description JSON Pointer relative to the record */
            pointer?: string;
            field?: string;
            value?: unknown;
            allowed?: string;
            rule?: string;
            /** @description 依据；英文在 en.basis，两种语言相同时没有 In Chinese; en.basis where the English differs */
            basis?: string;
            title: string;
            detail: string;
            hint: string;
            /** @description JSON Patch that mends the record */
            fix?: Record<string, unknown>[];
            retryable: boolean;
            traceId?: string;
            /** @description Where it stands in the sender’s file of rows · 在报送方文件中的位置 */
            place?: {
                sheet?: string;
                row?: number;
                /** @example B17 */
                cell?: string;
                column?: string;
            };
            /** @description Entries of the log, or parts of which old versions have their contents, that are kept elsewhere, from `from` up to and without `to` · 移出数据库的一段日志或较早版本的内容 */
            range?: {
                from?: number;
                to?: number;
                /** @description Where, in the words of who took them out · 存放处 */
                place?: string;
                /** @description Of its file range.json · range.json 的摘要 */
                digest?: string;
            };
            en: {
                title?: string;
                detail?: string;
                hint?: string;
            };
        };
        /** @description One mistake made many times: the same code, field and rule · 同一类问题 */
        ProblemGroup: {
            /** @enum {unknown} */
            code: "credentials-missing" | "credentials-invalid" | "signature-invalid" | "signature-expired" | "signature-replayed" | "sign-in-failed" | "captcha-needed" | "second-factor-wrong" | "second-factor-needed" | "password-change-needed" | "password-weak" | "session-ended" | "csrf-refused" | "operator-conflict" | "not-allowed" | "not-found" | "method-not-allowed" | "request-malformed" | "request-too-slow" | "headers-too-large" | "body-incomplete" | "body-too-large" | "body-empty" | "media-type-unsupported" | "encoding-unsupported" | "encoding-broken" | "digest-mismatch" | "digest-missing" | "json-malformed" | "json-not-utf8" | "json-too-deep" | "json-duplicate-key" | "envelope-invalid" | "submission-empty" | "standard-unknown" | "standard-invalid" | "standard-unsigned" | "standard-conflict" | "epoch-ended" | "epoch-claimed" | "epoch-unconfirmed" | "submission-conflict" | "submission-not-open" | "succession-conflict" | "correction-not-possible" | "send-up-not-possible" | "idempotency-key-mismatch" | "legacy-not-granted" | "attachment-type" | "attachment-quota" | "number-issuer-other" | "number-letters-unknown" | "numbers-exhausted" | "number-request-conflict" | "atomic-too-large" | "log-range-detached" | "version-range-detached" | "parameter-invalid" | "too-many-requests" | "not-ready" | "internal-error" | "file-kind-unsupported" | "file-malformed" | "workbook-too-large" | "xml-dtd-refused" | "file-text-encoding" | "file-entity-unclear" | "file-columns-invalid" | "entity-unknown" | "record-malformed" | "line-malformed" | "number-unsafe" | "attachment-missing" | "attachment-type-differs" | "record-too-large" | "region-not-granted" | "level-above-tier" | "origin-not-granted" | "source-version-conflict" | "version-conflict" | "record-id-conflict" | "withdraw-in-force" | "withdraw-conduct" | "atomic-rolled-back" | "release-unknown" | "far-refused" | "custody-invalid" | "parent-missing" | "parent-never-came" | "reference-missing" | "reference-cycle" | "manager-overlap" | "finish-before-permit" | "cell-number-damaged" | "cell-error" | "cell-formula-empty" | "cell-merged" | "row-malformed" | "field-missing" | "field-empty" | "field-unknown" | "type-wrong" | "too-long" | "text-invalid" | "decimal-invalid" | "integer-invalid" | "date-invalid" | "code-unknown" | "code-unlisted" | "region-unknown" | "region-level-wrong" | "region-not-nested" | "region-abolished" | "number-invalid" | "number-region-mismatch" | "number-inconsistent" | "company-code-invalid" | "credit-code-invalid" | "organisation-code-invalid" | "resident-id-invalid" | "resident-id-old" | "resident-id-inconsistent" | "placeholder-value" | "spaces-around" | "characters-stray" | "text-garbled" | "excel-damage" | "code-not-in-force" | "company-codes-differ" | "sum-mismatch" | "share-doubtful" | "qualification-doubtful" | "conduct-code-inconsistent" | "date-order" | "date-future" | "amount-doubtful" | "classified-project" | "condition-missing" | "identity-number-in-text" | "key-invalid" | "problems-many";
            type?: string;
            /** @enum {unknown} */
            severity: "error" | "doubt" | "warning";
            rule: string | null;
            field: string | null;
            /** @description Positions in lists are written * */
            pointer: string | null;
            title: string;
            en: {
                title?: string;
            };
            count: number;
            /** @description How many of them carry a fix */
            fixes: number;
            examples: {
                record?: number | null;
                pointer?: string | null;
                value?: unknown;
            }[];
            /** @description Address that lists them all */
            all?: string;
        };
        Receipt: {
            /** @constant */
            receipt: 1;
            submission: {
                id?: string;
                digest?: string;
                participant?: string;
            };
            node: Record<string, unknown>;
            standard: string;
            /** @description The revisions of the standard by which every record was judged · 据以判断的标准版本和修订号 */
            judgedBy?: {
                release?: string;
                revision?: number;
                issuer?: string;
            }[];
            /** @enum {unknown} */
            mode: "partial" | "atomic";
            /** @description Of a file of rows: its kind, encoding, sheets, columns that were not taken · 文件的编码、工作表与未读取的列 */
            file?: {
                /** @enum {unknown} */
                kind?: "csv" | "xlsx" | "xml";
                name?: string;
                /** @enum {unknown} */
                encoding?: "UTF-8" | "GB18030";
                sheets?: Record<string, unknown>[];
            };
            /** Format: date-time */
            receivedAt: string;
            /**
             * @description The sender said that it is existing stock · 存量数据
             * @constant
             */
            legacy?: true;
            /** @enum {unknown} */
            outcome: "accepted" | "partial" | "pending_review" | "doubtful" | "held" | "refused" | "cancelled";
            /** @description Ended before its end: records from `records` on were neither judged nor stored · 中途取消 */
            cancelled?: {
                /** Format: date-time */
                at?: string;
                /** @description `participant:…` or `operator:…` */
                by?: string;
                records?: number;
                bytes?: {
                    judged?: number;
                    of?: number;
                };
            };
            counts: {
                accepted?: number;
                unchanged?: number;
                superseded?: number;
                pending_review?: number;
                doubtful?: number;
                held?: number;
                refused?: number;
            };
            records: components["schemas"]["Outcome"][];
            parts: Record<string, unknown>[];
            /** Format: date-time */
            logBy: string;
            signatures: {
                /** @constant */
                alg?: "ed25519";
                keyId?: string;
                value?: string;
            }[];
        };
        Outcome: {
            index: number;
            entity?: string | null;
            sourceId?: string | null;
            recordId?: string;
            version?: number;
            /** @enum {unknown} */
            outcome: "accepted" | "unchanged" | "superseded" | "pending_review" | "doubtful" | "held" | "refused";
            commitment?: string;
            problems?: components["schemas"]["Problem"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
