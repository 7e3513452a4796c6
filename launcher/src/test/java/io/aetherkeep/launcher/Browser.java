package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A headless Chromium with one page, driven by its own protocol. */
final class Browser implements WebSocket.Listener, AutoCloseable {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Process process;
  private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final StringBuilder parts = new StringBuilder();
  private final AtomicInteger ids = new AtomicInteger();
  private WebSocket socket;

  private Browser(Process process) {
    this.process = process;
  }

  /** Starts where there is a Chromium; elsewhere the test is skipped. */
  static Browser start(Path directory) throws Exception {
    assumeTrue(Files.isExecutable(CHROMIUM), "there is no Chromium here");
    Path profile = directory.resolve("profile");
    Process process =
        new ProcessBuilder(
                CHROMIUM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Browser browser = new Browser(process);
    try {
      browser.connect(profile.resolve("DevToolsActivePort"));
      return browser;
    } catch (Exception | AssertionError e) {
      browser.close();
      throw e;
    }
  }

  private void connect(Path portFile) throws Exception {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> Files.exists(portFile) && Files.readString(portFile).contains("\n"));
    String port = Files.readAllLines(portFile).get(0);
    URI list = URI.create("http://127.0.0.1:" + port + "/json");
    JsonArray pages =
        new JsonArray(
            CLIENT.send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString()).body());
    String page =
        pages.stream()
            .map(JsonObject.class::cast)
            .filter(target -> target.getString("type").equals("page"))
            .findFirst()
            .orElseThrow()
            .getString("webSocketDebuggerUrl");
    socket =
        CLIENT.newWebSocketBuilder().buildAsync(URI.create(page), this).get(30, TimeUnit.SECONDS);
    call("Runtime.enable");
    call("Log.enable");
    call("Page.enable");
    call("Emulation.setFocusEmulationEnabled", "enabled", true);
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    parts.append(data);
    if (last) {
      heard(new JsonObject(parts.toString()));
      parts.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void heard(JsonObject message) {
    CompletableFuture<JsonObject> answer = answers.remove(message.getInteger("id", 0));
    if (answer != null) {
      answer.complete(message);
    } else if ("Runtime.exceptionThrown".equals(message.getString("method"))) {
      complaints.add(message.getJsonObject("params").encode());
    } else if ("Log.entryAdded".equals(message.getString("method"))) {
      JsonObject entry = message.getJsonObject("params").getJsonObject("entry");
      if (!"network".equals(entry.getString("source"))) {
        complaints.add(entry.encode());
      }
    }
  }

  /** What the page has thrown, and what its policy has forbidden. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Calls a method of the protocol with parameters, a name and a value each. */
  JsonObject call(String method, Object... parameters) throws Exception {
    JsonObject params = new JsonObject();
    for (int i = 0; i < parameters.length; i += 2) {
      params.put((String) parameters[i], parameters[i + 1]);
    }
    int id = ids.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    answers.put(id, answer);
    JsonObject message = new JsonObject().put("id", id).put("method", method).put("params", params);
    socket.sendText(message.encode(), true).join();
    JsonObject said = answer.get(60, TimeUnit.SECONDS);
    if (!said.containsKey("result")) {
      throw new IllegalStateException(said.encode());
    }
    return said.getJsonObject("result");
  }

  void open(String url) throws Exception {
    call("Page.navigate", "url", url);
  }

  /** What an expression is in the page. */
  Object evaluate(String expression) throws Exception {
    JsonObject done =
        call(
            "Runtime.evaluate",
            "expression",
            expression,
            "awaitPromise",
            true,
            "returnByValue",
            true);
    if (done.containsKey("exceptionDetails")) {
      throw new IllegalStateException(done.encode());
    }
    return done.getJsonObject("result").getValue("value");
  }

  /** Waits until an expression is true; when it is not in time, says what stood there instead. */
  void await(String expression) {
    await(expression, 90);
  }

  void await(String expression, int seconds) {
    Awaitility.await(expression)
        .atMost(seconds, TimeUnit.SECONDS)
        // While a page is loaded there is nobody to be asked.
        .ignoreExceptions()
        .until(() -> Boolean.TRUE.equals(evaluate("Boolean(" + expression + ")")));
  }

  /** Waits until an element's text holds what is expected. */
  void awaitText(String selector, String expected) {
    await(
        "document.querySelector(%s)?.textContent.includes(%s)"
            .formatted(quoted(selector), quoted(expected)));
  }

  /** Clicks an element once it is there and can be. */
  void click(String selector) throws Exception {
    String element = "document.querySelector(" + quoted(selector) + ")";
    await(element + " && !" + element + ".disabled");
    evaluate(element + ".click()");
  }

  /** Fills in a field as a person does. */
  void fill(String selector, String value) throws Exception {
    evaluate(
        "{ const field = document.querySelector(%s); field.value = %s; for (const type of"
                .formatted(quoted(selector), quoted(value))
            + " ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles: true})); }");
  }

  private static String quoted(String text) {
    return new JsonArray().add(text).encode().replaceAll("^\\[|]$", "");
  }

  /** Gives the page a size and a taste. */
  void show(int width, int height, String scheme) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        1,
        "mobile",
        false);
    call(
        "Emulation.setEmulatedMedia",
        "features",
        new JsonArray()
            .add(new JsonObject().put("name", "prefers-color-scheme").put("value", scheme)));
  }

  void press(String key, int code) throws Exception {
    for (String type : List.of("rawKeyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          "type",
          type,
          "key",
          key,
          "code",
          key,
          "windowsVirtualKeyCode",
          code);
    }
  }

  byte[] screenshot() throws Exception {
    return Base64.getDecoder()
        .decode(call("Page.captureScreenshot", "format", "png").getString("data"));
  }

  @Override
  public void close() throws Exception {
    if (socket != null) {
      socket.abort();
    }
    end(process);
  }

  /** Ends a browser with all its processes, which write to its profile until they are gone. */
  static void end(Process browser) throws Exception {
    List<ProcessHandle> all = browser.descendants().toList();
    browser.destroy();
    assertTrue(browser.waitFor(20, TimeUnit.SECONDS));
    for (ProcessHandle one : all) {
      one.destroyForcibly();
      // One that nobody reaps writes no more either.
      one.onExit().completeOnTimeout(one, 5, TimeUnit.SECONDS).get();
    }
  }
}
