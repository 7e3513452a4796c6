package io.aetherkeep.bus;

import java.util.Locale;

/** Addresses on the event bus: a prefix, and the type's name in kebab case. */
final class BusAddress {

  static final String PREFIX = "aetherkeep.";

  private BusAddress() {}

  /** Cache of addresses by type. */
  private static final ClassValue<String> ADDRESSES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return addressOf(type);
        }
      };

  /** The address of an ask, an event or a signal. */
  static String of(Class<?> type) {
    return ADDRESSES.get(type);
  }

  /** {@code OpenSession} is {@code aetherkeep.open-session}. */
  private static String addressOf(Class<?> type) {
    String kebab = type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-");
    boolean event = Event.class.isAssignableFrom(type);
    boolean signal = Signal.class.isAssignableFrom(type);
    return PREFIX + (event ? "event." : signal ? "signal." : "") + kebab.toLowerCase(Locale.ROOT);
  }
}
