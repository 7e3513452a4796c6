package io.aetherkeep.router.access;

/** What an operation asks of its caller: a scope, over what it reaches. */
public record Need(Reach reach, Scope scope) {

  /** What an operation reaches, and so who may be let to it. */
  public enum Reach {
    /** Nothing of anybody's: whoever asks is answered. */
    ANYBODY,
    /** One session; also its own end user may. */
    SESSION,
    /** One thing that end users watch. */
    WATCHED,
    /** Anything of one space. */
    SPACE,
    /** What belongs to no space, or to all. */
    NODE
  }

  /** No credential at all. */
  public static final Need NOTHING = new Need(Reach.ANYBODY, Scope.READ);

  public static final Need READ = new Need(Reach.SPACE, Scope.READ);
  public static final Need WRITE = new Need(Reach.SPACE, Scope.WRITE);
  public static final Need ADMIN = new Need(Reach.SPACE, Scope.ADMIN);
  public static final Need READ_SESSION = new Need(Reach.SESSION, Scope.READ);
  public static final Need WRITE_SESSION = new Need(Reach.SESSION, Scope.WRITE);
  public static final Need WATCH = new Need(Reach.WATCHED, Scope.READ);

  /** To stop what is watched, where it is one's own. */
  public static final Need STOP = new Need(Reach.WATCHED, Scope.WRITE);

  /** To come in by a socket; what is then done on it is looked at one by one. */
  public static final Need ENTER = new Need(Reach.WATCHED, Scope.READ);

  public static final Need READ_NODE = new Need(Reach.NODE, Scope.READ);

  /** The most there is: also what an operation needs that does not say what. */
  public static final Need ADMIN_NODE = new Need(Reach.NODE, Scope.ADMIN);
}
