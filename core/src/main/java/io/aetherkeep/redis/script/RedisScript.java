package io.aetherkeep.redis.script;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lua script from a module's resources, sent by its hash once a server has it. */
public final class RedisScript {

  /** All scripts by hash, to find the line that an error reply names. */
  private static final Map<String, RedisScript> BY_SHA = new ConcurrentHashMap<>();

  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{40})\\b.*user_script: ?([0-9]+)", Pattern.DOTALL);

  private static final Pattern CALL = Pattern.compile("redis\\.p?call\\('([A-Za-z]+)'");

  private static final Pattern EVENT = Pattern.compile("announce(?:_state)?\\('([a-z-]+)'");

  private static final String INDEX = read(RedisScript.class, "index.lua");

  private final String text;
  private final String sha;
  private final Set<String> commands;
  private final Set<String> events;

  private RedisScript(String text, Set<String> events) {
    this.text = text;
    this.events = events;
    this.commands =
        CALL.matcher(text)
            .results()
            .map(call -> call.group(1).toUpperCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    this.sha = sha1(text);
    BY_SHA.put(sha, this);
  }

  /** Whether the script uses a command, by its name in upper case. */
  public boolean uses(String command) {
    return commands.contains(command);
  }

  /** The types of events that it appends to the outbox of the space. */
  public Set<String> events() {
    return events;
  }

  /** The command on the script's line that an error reply names; null if it names none. */
  static @Nullable public String commandAt(String reply) {
    Matcher place = LINE.matcher(reply);
    RedisScript script = place.find() ? BY_SHA.get(place.group(1)) : null;
    if (script == null) {
      return null;
    }
    Matcher call =
        script
            .text
            .lines()
            .skip(Math.max(0, Integer.parseInt(place.group(2)) - 1))
            .findFirst()
            .map(CALL::matcher)
            .orElse(CALL.matcher(""));
    return call.find() ? call.group(1).toUpperCase(Locale.ROOT) : null;
  }

  /** Whether a cluster refused keys of different slots in one script. */
  public static boolean spansSlots(Throwable thrown) {
    return thrown instanceof Failure failure
        && failure.code() == Code.REDIS_MISCONFIGURED
        && failure.detail().contains("CROSSSLOT");
  }

  /**
   * Concatenates files in the package of a class to one script. One that announces events gets
   * {@code announce}, see outbox.lua.
   */
  public static RedisScript beside(Class<?> owner, String... files) {
    return joined(new StringBuilder(), owner, files);
  }

  /**
   * Concatenates files to a script that reads the time as {@code now} and can repair own indexes by
   * {@code repair}; its first argument is {@link RedisTime#argument}.
   */
  public static RedisScript timed(Class<?> owner, String... files) {
    return joined(
        new StringBuilder(read(RedisScript.class, "now.lua")).append(INDEX), owner, files);
  }

  /** Concatenates files to a script that can repair own indexes by {@code repair}. */
  public static RedisScript repairing(Class<?> owner, String... files) {
    return joined(new StringBuilder(INDEX), owner, files);
  }

  private static RedisScript joined(StringBuilder text, Class<?> owner, String... files) {
    for (String file : files) {
      text.append(read(owner, file));
    }
    Set<String> events =
        EVENT
            .matcher(text)
            .results()
            .map(event -> event.group(1))
            .collect(Collectors.toUnmodifiableSet());
    if (!events.isEmpty()) {
      text.insert(0, read(RedisScript.class, "outbox.lua"));
    }
    return new RedisScript(text.toString(), events);
  }

  private static String read(Class<?> owner, String file) {
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(
            "There is no script " + file + " beside " + owner.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("The script " + file + " cannot be read", e);
    }
  }

  public static Call call() {
    return new Call();
  }

  public Request bySha(Call call) {
    return call.on(Request.cmd(Command.EVALSHA).arg(sha));
  }

  public Request byText(Call call) {
    return call.on(Request.cmd(Command.EVAL).arg(text));
  }

  /** Whether the server does not have the script, such as after a restart. */
  public static boolean isMissing(Throwable thrown) {
    // In a batch the message begins with the command's position.
    return thrown.getMessage() != null && thrown.getMessage().contains("NOSCRIPT");
  }

  private static String sha1(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }

  /** KEYS and ARGV of one call, in the order in which they are added. */
  public static final class Call {

    private final List<String> keys = new ArrayList<>(2);
    private final List<byte[]> arguments = new ArrayList<>(8);

    /** Subject and fields of the event that the script announces. */
    private List<String> said = List.of();

    private Call() {}

    public Call key(String key) {
      keys.add(key);
      return this;
    }

    /** Adds an argument; the buffer must not change afterwards. */
    public Call arg(Buffer argument) {
      arguments.add(Document.array(argument));
      return this;
    }

    public Call arg(String argument) {
      arguments.add(argument.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    public Call arg(long argument) {
      return arg(Long.toString(argument));
    }

    public Call arg(RedisTime time) {
      return arg(time.argument());
    }

    /** Appends the keys and arguments of another call. */
    public Call with(Call next) {
      keys.addAll(next.keys);
      arguments.addAll(next.arguments);
      if (!next.said.isEmpty()) {
        said = next.said;
      }
      return this;
    }

    /**
     * Sets the subject and the fields of the event that the script announces.
     *
     * @param subject what changed; events of one subject are delivered in order
     * @param fields alternating names and texts
     */
    public Call event(String subject, String... fields) {
      said = new ArrayList<>(1 + fields.length);
      said.add(subject);
      said.addAll(List.of(fields));
      return this;
    }

    public List<String> said() {
      return said;
    }

    public List<String> keys() {
      return keys;
    }

    private Request on(Request request) {
      request.arg(keys.size());
      keys.forEach(request::arg);
      arguments.forEach(request::arg);
      return request;
    }
  }
}
