import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pushes one submission file to a huijiao node. One file, JDK 8 or newer, no dependencies.
 * 把一个报送批次文件报送到汇交节点。一个文件，JDK 8 起，无依赖。
 *
 * <pre>
 *   javac -encoding UTF-8 PushSubmission.java
 *   HUIJIAO_API_KEY=hj_… java PushSubmission http://127.0.0.1:7101 first.json
 * </pre>
 *
 * The file is a JSON document, or NDJSON (*.ndjson, *.jsonl), with its own id. After any failure the same bytes are sent again: the node
 * knows the submission by its id and answers the same receipt, so nothing is stored twice. The receipt is kept beside the file.
 *
 * Exit codes: 0 all stored, 1 records refused or the submission not taken, 2 usage, 3 node unreachable or key refused.
 */
public final class PushSubmission {
  private static final int TRIES = 8;
  private static final int CONNECT_TIMEOUT_MS = 15000;
  private static final int READ_TIMEOUT_MS = 600000;
  private static PrintStream out;
  private static PrintStream err;

  public static void main(String[] args) throws Exception {
    // A Chinese Windows console is GBK, a log file is better UTF-8: Java's own default is neither reliably.
    out = new PrintStream(System.out, true, "UTF-8");
    err = new PrintStream(System.err, true, "UTF-8");
    String key = System.getenv("HUIJIAO_API_KEY");
    if (args.length != 2 || key == null || key.isEmpty()) {
      err.println("用法：设置环境变量 HUIJIAO_API_KEY，然后 java PushSubmission 节点地址 文件");
      err.println("usage: set HUIJIAO_API_KEY, then java PushSubmission NODE FILE");
      System.exit(2);
    }
    if (!Files.isReadable(Paths.get(args[1]))) {
      err.println("✗ 读不了文件 / cannot read " + args[1]);
      System.exit(2);
    }
    System.exit(push(args[0].replaceAll("/+$", ""), args[1], key));
  }

  private static int push(String node, String file, String key) throws Exception {
    // The exact bytes: a retry must send the same. Never build them anew from objects for a retry.
    byte[] body = Files.readAllBytes(Paths.get(file));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
    Map<String, String> headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", file.matches("(?i).*\\.(ndjson|jsonl)") ? "application/x-ndjson" : "application/json");
    headers.put("Content-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":");

    byte[] receipt = null;
    while (receipt == null) {
      Answer answer = call("POST", new URL(node + "/v1/submissions"), key, headers, body);
      if (answer == null) return 3;
      if (answer.status == 200) {
        receipt = answer.body;
      } else if (answer.status == 202) {
        receipt = awaitReceipt(node, answer.location, key);
      } else {
        out.println("✗ 节点未接受（HTTP " + answer.status + "）/ the node did not take it");
        Object problem = parseOrNull(answer.body);
        if (problem instanceof Map) show(asMap(problem));
        return answer.status == 401 || answer.status == 403 || answer.status >= 500 ? 3 : 1;
      }
    }
    Files.write(Paths.get(file + ".receipt.json"), receipt);
    return report(asMap(new Json(new String(receipt, StandardCharsets.UTF_8)).read()));
  }

  /** Follows a 202 until the receipt is there. Null when the node lost the body and wants it again. */
  private static byte[] awaitReceipt(String node, String location, String key) throws Exception {
    URL status = new URL(new URL(node + "/"), location);
    if (!status.getAuthority().equals(new URL(node).getAuthority())) throw new IOException("the Location is on another host: " + status);
    for (;;) {
      Thread.sleep(1000);
      Answer answer = call("GET", status, key, null, null);
      if (answer == null) throw new IOException("the node went away");
      Object state = asMap(new Json(new String(answer.body, StandardCharsets.UTF_8)).read()).get("state");
      if ("incomplete".equals(state)) return null;
      if ("finished".equals(state)) {
        Answer receipt = call("GET", new URL(status + "/receipt"), key, null, null);
        if (receipt == null || receipt.status != 200) throw new IOException("the receipt cannot be read");
        return receipt.body;
      }
    }
  }

  private static int report(Map<String, Object> receipt) {
    Map<String, Object> counts = asMap(receipt.get("counts"));
    out.println("回执 receipt " + asMap(receipt.get("submission")).get("id") + "：" + receipt.get("outcome") + " " + counts);
    for (Object item : asList(receipt.get("records"))) {
      Map<String, Object> record = asMap(item);
      if (!"refused".equals(record.get("outcome"))) continue;
      long position = Long.parseLong(record.get("index").toString()) + 1;
      out.println("✗ 第 " + position + " 条 record " + position + " " + record.get("entity") + " " + record.get("sourceId") + " 退回 refused");
      for (Object problem : asList(record.get("problems"))) show(asMap(problem));
    }
    return "0".equals(String.valueOf(counts.get("refused"))) ? 0 : 1;
  }

  /** One problem: what is wrong, where, and how to mend it. */
  private static void show(Map<String, Object> problem) {
    out.println("    " + problem.get("title") + "：" + problem.get("detail") + "（" + problem.get("pointer") + "）");
    out.println("    提示 hint: " + problem.get("hint") + " / " + asMap(problem.get("en")).get("hint"));
    for (Object fix : asList(problem.get("fix"))) out.println("    修正 fix: " + fix);
  }

  private static final class Answer {
    int status;
    String location;
    byte[] body;
  }

  /** One request that is sent again while the network or the node fails. Null when no answer came. */
  private static Answer call(String method, URL url, String key, Map<String, String> headers, byte[] body) throws InterruptedException {
    Answer last = null;
    String reason = "";
    for (int attempt = 0; attempt < TRIES; attempt++) {
      long waitMs = Math.min(30000L, 500L << attempt);
      try {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
        connection.setReadTimeout(READ_TIMEOUT_MS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", "Bearer " + key);
        if (body != null) {
          for (Map.Entry<String, String> header : headers.entrySet()) connection.setRequestProperty(header.getKey(), header.getValue());
          connection.setDoOutput(true);
          connection.getOutputStream().write(body);
          connection.getOutputStream().close();
        }
        last = new Answer();
        last.status = connection.getResponseCode();
        last.location = connection.getHeaderField("Location");
        last.body = readAll(last.status >= 400 ? connection.getErrorStream() : connection.getInputStream());
        if (last.status < 500 && last.status != 408 && last.status != 425 && last.status != 429) return last;
        reason = "HTTP " + last.status;
        String asked = connection.getHeaderField("Retry-After");
        if (asked != null && asked.matches("\\d{1,5}")) waitMs = Math.max(waitMs, Long.parseLong(asked) * 1000L);
      } catch (IOException error) {
        last = null;
        reason = error.toString();
      }
      if (attempt + 1 == TRIES) break;
      err.println("… " + reason + "，" + waitMs + " 毫秒后用同样的内容重试 / the same bytes go again in " + waitMs + " ms");
      Thread.sleep(waitMs);
    }
    if (last == null) err.println("✗ 无法访问 " + url + " / cannot reach it: " + reason);
    return last;
  }

  private static byte[] readAll(InputStream input) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (input == null) return bytes.toByteArray();
    byte[] buffer = new byte[65536];
    for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) bytes.write(buffer, 0, read);
    input.close();
    return bytes.toByteArray();
  }

  private static Object parseOrNull(byte[] body) {
    try {
      return new Json(new String(body, StandardCharsets.UTF_8)).read();
    } catch (RuntimeException notJson) {
      return null;
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object value) {
    return value instanceof Map ? (Map<String, Object>) value : new LinkedHashMap<String, Object>();
  }

  @SuppressWarnings("unchecked")
  private static List<Object> asList(Object value) {
    return value instanceof List ? (List<Object>) value : new ArrayList<Object>();
  }

  /** Just enough JSON to read an answer: maps, lists, strings, and everything else as its text. Use your own library where you have one. */
  private static final class Json {
    private final String text;
    private int at;

    Json(String text) {
      this.text = text;
    }

    Object read() {
      space();
      char first = text.charAt(at);
      if (first == '{') return object();
      if (first == '[') return list();
      if (first == '"') return string();
      int from = at;
      while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) at++;
      if (from == at) throw new IllegalArgumentException("not JSON at " + at);
      return text.substring(from, at);
    }

    private Map<String, Object> object() {
      Map<String, Object> members = new LinkedHashMap<String, Object>();
      at++;
      for (space(); text.charAt(at) != '}'; space()) {
        String name = string();
        space();
        at++; // colon
        members.put(name, read());
        space();
        if (text.charAt(at) == ',') at++;
      }
      at++;
      return members;
    }

    private List<Object> list() {
      List<Object> items = new ArrayList<Object>();
      at++;
      for (space(); text.charAt(at) != ']'; space()) {
        items.add(read());
        space();
        if (text.charAt(at) == ',') at++;
      }
      at++;
      return items;
    }

    private String string() {
      space();
      if (text.charAt(at) != '"') throw new IllegalArgumentException("not JSON at " + at);
      StringBuilder value = new StringBuilder();
      for (at++; text.charAt(at) != '"'; at++) {
        char next = text.charAt(at);
        if (next != '\\') {
          value.append(next);
          continue;
        }
        char escaped = text.charAt(++at);
        if (escaped == 'u') {
          value.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
          at += 4;
        } else {
          int known = "bfnrt".indexOf(escaped);
          value.append(known < 0 ? escaped : "\b\f\n\r\t".charAt(known));
        }
      }
      at++;
      return value.toString();
    }

    private void space() {
      while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) at++;
    }
  }
}
