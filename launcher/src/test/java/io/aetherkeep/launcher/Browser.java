package io.aetherkeep.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Page in a headless Chromium, driven by the Chrome DevTools Protocol. */
final class Browser implements AutoCloseable {

  /** Script that makes a page's timers run five times as often, except its timeouts. */
  private static final String HURRY =
      """
      for (const name of ["setTimeout", "setInterval"]) {
        const usual = window[name];
        window[name] = (call, millis = 0, ...more) =>
          usual(call, millis > 5000 ? millis : millis / 5, ...more);
      }
      """;

  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final Chromium chromium;
  private final String context;
  private final DevTools page;

  private Browser(Chromium chromium, String context) throws Exception {
    this.chromium = chromium;
    this.context = context;
    this.page = DevTools.open(chromium.newPage(context), this::onMessage);
  }

  /** Opens a page; skips the test if there is no Chromium. */
  static Browser start() throws Exception {
    Chromium chromium = Chromium.shared();
    Browser browser = new Browser(chromium, chromium.newContext());
    try {
      browser.call("Runtime.enable");
      browser.call("Log.enable");
      browser.call("Page.enable");
      browser.call("Emulation.setFocusEmulationEnabled", "enabled", true);
      return browser;
    } catch (Exception | AssertionError e) {
      browser.close();
      throw e;
    }
  }

  private void onMessage(JsonObject message) {
    if ("Runtime.exceptionThrown".equals(message.getString("method"))) {
      complaints.add(message.getJsonObject("params").encode());
    } else if ("Log.entryAdded".equals(message.getString("method"))) {
      JsonObject entry = message.getJsonObject("params").getJsonObject("entry");
      if (!"network".equals(entry.getString("source"))) {
        complaints.add(entry.encode());
      }
    }
  }

  /** Errors of the page and violations of its content security policy. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Calls a method of the protocol with parameters, a name and a value each. */
  JsonObject call(String method, Object... parameters) throws Exception {
    return page.call(method, parameters);
  }

  /** Makes the page poll more often from now on. */
  void hurry() throws Exception {
    call("Page.addScriptToEvaluateOnNewDocument", "source", HURRY);
  }

  /** Opens a URL, and waits until it is loaded. */
  void open(String url) throws Exception {
    call("Page.navigate", "url", url);
    await("location.href !== 'about:blank' && document.readyState === 'complete'");
  }

  /** Reloads the page, and waits for the new one. */
  void reload() throws Exception {
    evaluate("window.isOld = true");
    call("Page.reload");
    await("!window.isOld && document.readyState === 'complete'");
  }

  /** Evaluates an expression in the page, as if a user had caused it. */
  Object evaluate(String expression) throws Exception {
    JsonObject done =
        call(
            "Runtime.evaluate",
            "expression",
            expression,
            "awaitPromise",
            true,
            "userGesture",
            true,
            "returnByValue",
            true);
    if (done.containsKey("exceptionDetails")) {
      throw new IllegalStateException(done.encode());
    }
    return done.getJsonObject("result").getValue("value");
  }

  /** Waits until an expression is true; on timeout the failure shows the page's content. */
  void await(String expression) {
    await(expression, 90);
  }

  void await(String expression, int seconds) {
    Awaitility.await(expression)
        .atMost(seconds, TimeUnit.SECONDS)
        // A page cannot be evaluated while it is loading.
        .ignoreExceptions()
        .until(() -> Boolean.TRUE.equals(evaluate("Boolean(" + expression + ")")));
  }

  /** Waits until an element contains a text. */
  void awaitText(String selector, String expected) {
    await(
        "document.querySelector(%s)?.textContent.includes(%s)"
            .formatted(quoted(selector), quoted(expected)));
  }

  /** Clicks an element as soon as it is there and enabled. */
  void click(String selector) throws Exception {
    String element = "document.querySelector(" + quoted(selector) + ")";
    await(element + " && !" + element + ".disabled");
    evaluate(element + ".click()");
  }

  /** Fills in a field as a user does, as soon as it is there. */
  void fill(String selector, String value) throws Exception {
    await("document.querySelector(" + quoted(selector) + ")");
    evaluate(
        "{ const field = document.querySelector(%s); field.value = %s; for (const type of"
                .formatted(quoted(selector), quoted(value))
            + " ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles: true})); }");
  }

  private static String quoted(String text) {
    return new JsonArray().add(text).encode().replaceAll("^\\[|]$", "");
  }

  /** Sets the page's size and colour scheme. */
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
    page.close();
    chromium.dispose(context);
  }
}
