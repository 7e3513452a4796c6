package io.aetherkeep.redis.connection;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.LogLimiter;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.redis.client.Response;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mapping of Redis's error replies to failures: temporary states of the server, missing permissions
 * or settings, and values that other services stored in another form.
 *
 * <p>Other replies are bugs in scripts and stay as they are, as does {@code NOSCRIPT}, which makes
 * the caller send the script's text.
 */
public final class RedisErrors {

  /** First words of replies about a temporary state of the server. */
  private static final Set<String> NOT_NOW =
      Set.of(
          "ASK",
          "BUSY",
          "CLUSTERDOWN",
          "LOADING",
          "MASTERDOWN",
          "MISCONF",
          "NOREPLICAS",
          "OOM",
          "READONLY",
          "TRYAGAIN");

  /** First words of replies that only replicas give. */
  private static final Set<String> OF_REPLICA = Set.of("MASTERDOWN", "READONLY");

  /** First words of replies of a server that refuses writes and answers reads. */
  private static final Set<String> OF_WRITES = Set.of("MISCONF", "NOREPLICAS", "OOM");

  private static final String NOT_NOW_DETAIL = "Redis cannot take this now: ";

  private static final Set<String> OF_SCRIPT = Set.of("NOSCRIPT");

  /**
   * Such a reply from within a script, with or without the position in the script; before Redis 7
   * every such reply has this form.
   */
  private static final Pattern NOT_NOW_IN_SCRIPT =
      Pattern.compile(
          "^ERR (?:.*(?:user_script|\\[C]): ?-?[0-9]+: )?-?(" + String.join("|", NOT_NOW) + ") ",
          Pattern.DOTALL);

  private static final String WRONG_TYPE = "The key holds another type of value in Redis";

  private static final String DENIED = " to this user (NOPERM)";

  private static final Pattern PLACE = Pattern.compile("^ERR \\[([0-9]+)] ");

  private static final Pattern NAMED = Pattern.compile("the '([^']+)' command|command '([^']+)'");

  /** Replies to a script that calls a command denied to the user. */
  private static final Pattern DENIED_IN_SCRIPT =
      Pattern.compile("The user executing the script can't|ACL failure in script");

  private static final Pattern UNKNOWN_COMMAND = Pattern.compile("(?i)^ERR unknown (redis )?comm");

  private static final Pattern NO_NUMBER =
      Pattern.compile("^ERR .*\\bis not (an integer|a valid float|a float)\\b");

  /** Replies of a cluster node to a script that uses a key of another slot. */
  private static final Pattern OTHER_SLOT_IN_SCRIPT =
      Pattern.compile("attempted to access (a non local key|keys that do(n't| not) hash to)");

  private static final Pattern CLUSTER_DOWN_IN_SCRIPT =
      Pattern.compile("attempted to execute a .*while the cluster is down");

  private static final String OTHER_SLOT = "CROSSSLOT";

  private static final Pattern LUA_FAULT = Pattern.compile("^ERR .*user_script");

  private static final LogLimiter LOG =
      new LogLimiter(System.getLogger(RedisErrors.class.getName()), System::nanoTime);

  private RedisErrors() {}

  /**
   * Whether only a replica gives such a reply.
   *
   * @param reply the reply of Redis
   */
  static boolean isOfReplica(Throwable reply) {
    return OF_REPLICA.contains(word(text(reply)));
  }

  /** Whether a reply refuses writes, and pings, because the server could not save its data. */
  static boolean isOfFailedSave(Throwable reply) {
    return word(text(reply)).equals("MISCONF");
  }

  /**
   * Whether an error is a reply of Redis. The client reports a closed connection as a reply too,
   * and for a batch it puts the position of the first failed command in front.
   */
  static boolean isReply(Throwable thrown) {
    String text = text(thrown);
    return thrown instanceof Response
        && !text.startsWith("CONNECTION_CLOSED")
        && !text.startsWith("java.")
        && !text.startsWith("io.");
  }

  /** Failure with an error reply about a command, unchanged, for tools. */
  public static final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private Refusal(String reply) {
      super(reply, null, false, false);
    }

    /** The reply of Redis. */
    public String reply() {
      return String.valueOf(getMessage());
    }
  }

  /** Maps an error reply for a tool, which gets replies about a command unchanged. */
  static Throwable ofTool(Throwable reply, IntFunction<String> command) {
    String text = text(reply);
    boolean refusal = isReply(reply) && !isOfState(text) && RedisRedirect.of(text) == null;
    return refusal ? new Refusal(text) : ofNode(reply, command);
  }

  /** Whether a reply is about the state of the server, not about the command. */
  static boolean isOfState(String reply) {
    return NOT_NOW.contains(word(reply));
  }

  /** Whether a key held a value of another type. */
  public static boolean isWrongType(Throwable thrown) {
    return thrown instanceof Failure failure
        && failure.code() == Code.UNREADABLE_VALUE
        && failure.detail().equals(WRONG_TYPE);
  }

  /** Message for a command that is denied to the user. */
  static String denies(String command) {
    return "Redis denies the command " + command + DENIED;
  }

  /** Whether a command was denied to the user. */
  public static boolean isDenied(Throwable thrown) {
    return thrown instanceof Failure failure
        && failure.code() == Code.REDIS_MISCONFIGURED
        && failure.detail().endsWith(DENIED);
  }

  /** Whether other commands of the same batch may succeed when they are sent alone. */
  static boolean isOfOneCommand(Throwable thrown) {
    return thrown instanceof Response
        || thrown instanceof RedisRedirect
        || (thrown instanceof Failure failure
            && (failure.code() == Code.REDIS_MISCONFIGURED
                || failure.code() == Code.UNREADABLE_VALUE
                || isOfWrites(failure)));
  }

  private static boolean isOfWrites(Failure failure) {
    return failure.code() == Code.REDIS_UNAVAILABLE
        && failure.detail().startsWith(NOT_NOW_DETAIL)
        && OF_WRITES.contains(failure.detail().substring(NOT_NOW_DETAIL.length()));
  }

  /**
   * Maps an error reply to a failure.
   *
   * @param command name of the command at a position of the batch
   */
  static Throwable failure(Throwable reply, IntFunction<String> command) {
    String text = text(reply);
    String word = word(text);
    if (isOfState(text)) {
      return RedisDial.unavailable(NOT_NOW_DETAIL + word);
    }
    if (text.contains("WRONGTYPE")) {
      return unreadable(WRONG_TYPE);
    }
    if (NO_NUMBER.matcher(text).find()) {
      return unreadable("A stored value is not the number that it should be");
    }
    boolean denied = word.equals("NOPERM") || DENIED_IN_SCRIPT.matcher(text).find();
    if (!denied && isFault(text, word)) {
      return reply;
    }
    String name = name(reply, text, command);
    LOG.log(
        System.Logger.Level.WARNING,
        "Redis refuses the command " + name + ", check its ACL and settings: " + loggable(text));
    return Failure.of(
        Code.REDIS_MISCONFIGURED,
        denied ? denies(name) : "Redis refuses the command " + name + " (" + word + ")");
  }

  /** Maps an error reply of a cluster node, which may redirect a command. */
  static Throwable ofNode(Throwable reply, IntFunction<String> command) {
    RedisRedirect redirect = RedisRedirect.of(text(reply));
    return redirect == null ? failure(reply, command) : redirect;
  }

  /** Failure of a command or script whose keys are in several slots. */
  public static Failure spansSlots(String command) {
    return Failure.of(
        Code.REDIS_MISCONFIGURED, "Redis refuses the command " + command + " (" + OTHER_SLOT + ")");
  }

  private static boolean isFault(String text, String word) {
    return OF_SCRIPT.contains(word)
        || (LUA_FAULT.matcher(text).find()
            && !word.equals(OTHER_SLOT)
            && !UNKNOWN_COMMAND.matcher(text).find());
  }

  private static Failure unreadable(String reason) {
    return Failure.of(Code.UNREADABLE_VALUE, reason);
  }

  /** The name of the refused command: from the reply, the line of the script, or the request. */
  private static String name(Throwable reply, String text, IntFunction<String> command) {
    Matcher named = NAMED.matcher(text);
    if (named.find()) {
      String found = named.group(1) == null ? named.group(2) : named.group(1);
      return found.toUpperCase(Locale.ROOT);
    }
    String inScript = RedisScript.commandAt(text);
    if (inScript != null) {
      return inScript;
    }
    Matcher place = PLACE.matcher(String.valueOf(reply.getMessage()));
    return command.apply(place.find() ? Integer.parseInt(place.group(1)) : 0);
  }

  /** The reply without the arguments of an unknown command. */
  private static String loggable(String text) {
    int arguments = text.indexOf(", with args");
    return arguments < 0 ? text : text.substring(0, arguments);
  }

  /** The reply without its position in a batch. */
  static String text(Throwable reply) {
    return PLACE.matcher(String.valueOf(reply.getMessage())).replaceFirst("");
  }

  private static String word(String text) {
    Matcher inScript = NOT_NOW_IN_SCRIPT.matcher(text);
    if (inScript.find()) {
      return inScript.group(1);
    }
    if (OTHER_SLOT_IN_SCRIPT.matcher(text).find()) {
      return OTHER_SLOT;
    }
    if (CLUSTER_DOWN_IN_SCRIPT.matcher(text).find()) {
      return "CLUSTERDOWN";
    }
    int end = text.indexOf(' ');
    return end < 0 ? text : text.substring(0, end);
  }
}
