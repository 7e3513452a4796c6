package io.aetherkeep.router.access.identity;

/** Permission that an operation needs: its scope and its reach. */
public record Need(Reach reach, Scope scope) {

  /** Extent of an operation's effect, which decides which callers may use it. */
  public enum Reach {
    /** Public: no credential needed. */
    ANYBODY,
    /** One resource; the operation itself checks the token that was issued for it. */
    TOKEN,
    /** One session; its own end user has access too. */
    SESSION,
    /** One resource that end users may watch. */
    WATCHED,
    /** Any resource of one space. */
    SPACE,
    /** Resources of the node, or of all spaces. */
    NODE
  }

  /** No credential. */
  public static final Need NOTHING = new Need(Reach.ANYBODY, Scope.READ);

  /** A token that was issued for the named resource. */
  public static final Need TOKEN = new Need(Reach.TOKEN, Scope.WRITE);

  public static final Need READ = new Need(Reach.SPACE, Scope.READ);
  public static final Need WRITE = new Need(Reach.SPACE, Scope.WRITE);
  public static final Need ADMIN = new Need(Reach.SPACE, Scope.ADMIN);
  public static final Need READ_SESSION = new Need(Reach.SESSION, Scope.READ);
  public static final Need WRITE_SESSION = new Need(Reach.SESSION, Scope.WRITE);
  public static final Need WATCH = new Need(Reach.WATCHED, Scope.READ);

  /** Stopping a watched resource; an end user may stop only those of its session. */
  public static final Need STOP = new Need(Reach.WATCHED, Scope.WRITE);

  /** Opening a socket; each operation on it is checked separately. */
  public static final Need ENTER = new Need(Reach.WATCHED, Scope.READ);

  public static final Need READ_NODE = new Need(Reach.NODE, Scope.READ);

  /** The highest permission, and the default of an operation. */
  public static final Need ADMIN_NODE = new Need(Reach.NODE, Scope.ADMIN);

  /** Whether the guard requires a credential before the operation runs. */
  public boolean isGuarded() {
    return reach != Reach.ANYBODY && reach != Reach.TOKEN;
  }
}
