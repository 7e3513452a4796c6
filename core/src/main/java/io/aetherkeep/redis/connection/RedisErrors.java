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
 * Redis's error replies as failures: what the server cannot do now, what it is not set up for, and
 * what other services stored in another form.
 *
 * <p>A reply that is none of these is a fault in a script of ours and stays as it is, as does
 * {@code NOSCRIPT}, which is answered by sending the script's text.
 */
public final class RedisErrors {

  /** The first words of replies that are about the state of the server, not about the command. */
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

  /** The first words of replies that a master does not give. */
  private static final Set<String> OF_REPLICA = Set.of("MASTERDOWN", "READONLY");

  private static final Set<String> OF_SCRIPT = Set.of("NOSCRIPT");

  /**
   * How such a reply is told again where a script throws it again, with or without its place, and
   * always before Redis 7.
   */
  private static final Pattern NOT_NOW_IN_SCRIPT =
      Pattern.compile(
          "^ERR (?:.*(?:user_script|\\[C]): ?-?[0-9]+: )?-?(" + String.join("|", NOT_NOW) + ") ",
          Pattern.DOTALL);

  private static final String WRONG_TYPE = "The key holds another type of value in Redis";

  private static final String DENIED = " to this user (NOPERM)";

  private static final Pattern PLACE = Pattern.compile("^ERR \\[([0-9]+)] ");

  private static final Pattern NAMED = Pattern.compile("the '([^']+)' command|command '([^']+)'");

  /** What the server says of a script that may not do what it tries. */
  private static final Pattern DENIED_IN_SCRIPT =
      Pattern.compile("The user executing the script can't|ACL failure in script");

  private static final Pattern UNKNOWN_COMMAND = Pattern.compile("(?i)^ERR unknown (redis )?comm");

  private static final Pattern NO_NUMBER =
      Pattern.compile("^ERR .*\\bis not (an integer|a valid float|a float)\\b");

  /** What a node of a cluster says of a script that uses a key which is not in its keys' slot. */
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
   * Whether a server that is a master gives no such reply.
   *
   * @param reply what Redis answered
   */
  static boolean isOfReplica(Throwable reply) {
    return OF_REPLICA.contains(word(text(reply)));
  }

  /**
   * An error reply is an answer like any other; the client says that a connection is gone as one,
   * and of several commands as one too that begins with the place of the first.
   */
  static boolean isReply(Throwable thrown) {
    String text = text(thrown);
    return thrown instanceof Response
        && !text.startsWith("CONNECTION_CLOSED")
        && !text.startsWith("java.")
        && !text.startsWith("io.");
  }

  /** An error reply about a command and its keys, as Redis gave it: for a tool. */
  public static final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private Refusal(String reply) {
      super(reply, null, false, false);
    }

    /** What Redis answered. */
    public String reply() {
      return String.valueOf(getMessage());
    }
  }

  /** The same for a tool, which has what is about a command as Redis gave it. */
  static Throwable ofTool(Throwable reply, IntFunction<String> command) {
    String text = text(reply);
    boolean refusal = isReply(reply) && !isOfState(text) && RedisRedirect.of(text) == null;
    return refusal ? new Refusal(text) : ofNode(reply, command);
  }

  /** Whether a reply is about the state of the server, not about the command. */
  static boolean isOfState(String reply) {
    return NOT_NOW.contains(word(reply));
  }

  /** Whether a key held another type of value. */
  public static boolean isWrongType(Throwable thrown) {
    return thrown instanceof Failure failure
        && failure.code() == Code.UNREADABLE_VALUE
        && failure.detail().equals(WRONG_TYPE);
  }

  /** What is said where the user may not use a command. */
  static String denies(String command) {
    return "Redis denies the command " + command + DENIED;
  }

  /** Whether the user might not use a command. */
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
                || failure.code() == Code.UNREADABLE_VALUE));
  }

  /**
   * The failure that an error reply stands for.
   *
   * @param command names the command at a place of what was sent together
   */
  static Throwable failure(Throwable reply, IntFunction<String> command) {
    String text = text(reply);
    String word = word(text);
    if (isOfState(text)) {
      return RedisDial.unavailable("Redis cannot take this now: " + word);
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

  /** The same of a node of a cluster, which may send a command elsewhere. */
  static Throwable ofNode(Throwable reply, IntFunction<String> command) {
    RedisRedirect redirect = RedisRedirect.of(text(reply));
    return redirect == null ? failure(reply, command) : redirect;
  }

  /** What is said of a command or a script whose keys are of several slots. */
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

  private static Failure unreadable(String why) {
    return Failure.of(Code.UNREADABLE_VALUE, why);
  }

  /** The command that Redis names; else the line of the script; else what was sent. */
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

  /** Without the arguments of an unknown command. */
  private static String loggable(String text) {
    int arguments = text.indexOf(", with args");
    return arguments < 0 ? text : text.substring(0, arguments);
  }

  /** The reply without its place among those of one batch. */
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
