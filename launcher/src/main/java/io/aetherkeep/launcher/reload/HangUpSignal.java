package io.aetherkeep.launcher.reload;

import io.aetherkeep.launcher.command.Terminal;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Handler of SIGHUP. With a terminal attached, the signal ends the program as usual, because it
 * means that the terminal was closed.
 */
public final class HangUpSignal {

  private static final System.Logger LOG = System.getLogger(HangUpSignal.class.getName());

  private HangUpSignal() {}

  /** Runs an action at each SIGHUP; does nothing where the platform has no such signal. */
  public static void handle(Runnable action) {
    if (Terminal.isAttached()) {
      return;
    }
    try {
      // By reflection: the compiler warns about the class, and a warning fails the build.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              HangUpSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> answer(self, method, arguments, action));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.DEBUG, "SIGHUP cannot be handled here", e);
    }
  }

  private static Object answer(Object self, Method method, Object[] arguments, Runnable action) {
    return switch (method.getName()) {
      case "hashCode" -> System.identityHashCode(self);
      case "equals" -> self == arguments[0];
      case "toString" -> "handler of SIGHUP";
      default -> {
        action.run();
        yield true;
      }
    };
  }
}
