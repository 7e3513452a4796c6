package io.aetherkeep.document;

import java.io.IOException;

/**
 * Strict scanner of JSON (RFC 8259) in UTF-8, in one pass over the bytes.
 *
 * <p>It stores no names and builds no strings, so that many members, or names with equal hash
 * codes, cost no more than their bytes.
 */
public final class JsonScanner {

  /** Maximum nesting; Python's parser fails at about a thousand. */
  public static final int DEEPEST = 500;

  /** Maximum number of digits: other parsers reject longer numbers, or need quadratic time. */
  public static final int LONGEST_NUMBER = 1000;

  /** Syntax error with its position. */
  static final class Fault extends IOException {

    private static final long serialVersionUID = 1;

    Fault(String message) {
      super(message);
    }

    /** Without a stack trace: validation throws many of them. */
    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private final byte[] source;
  private int at;
  private int depth;
  private int mostMembers;

  JsonScanner(byte[] source) {
    assert Offload.isAllowedHere(source.length) : source.length + " bytes on an event loop";
    this.source = source;
  }

  /** The position of the next byte. */
  int at() {
    return at;
  }

  /** The number of members of the largest scanned object. */
  int mostMembers() {
    return mostMembers;
  }

  /** Scans a value after optional white space, and returns its start. */
  int value() throws Fault {
    int start = space();
    switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
    return start;
  }

  private void object() throws Fault {
    enter('{');
    int members = 0;
    while (hasNext('}', members == 0)) {
      name();
      value();
      members++;
    }
    mostMembers = Math.max(mostMembers, members);
  }

  private void array() throws Fault {
    enter('[');
    for (boolean first = true; hasNext(']', first); first = false) {
      value();
    }
  }

  /** Scans the bracket that opens an object or an array. */
  void enter(char bracket) throws Fault {
    space();
    if (peek() != bracket) {
      throw wrong();
    }
    at++;
    if (++depth > DEEPEST) {
      throw new Fault("The JSON is nested deeper than " + DEEPEST + " levels");
    }
  }

  /** Scans the comma before the next member or element, or the closing bracket. */
  boolean hasNext(char bracket, boolean first) throws Fault {
    space();
    int next = peek();
    if (next == bracket) {
      at++;
      depth--;
      return false;
    }
    if (!first) {
      if (next != ',') {
        throw wrong();
      }
      at++;
      space();
    }
    return true;
  }

  /** Scans a member's name and its colon, and returns the start of the name. */
  int name() throws Fault {
    int start = at;
    if (peek() != '"') {
      throw wrong();
    }
    string();
    space();
    if (peek() != ':') {
      throw wrong();
    }
    at++;
    return start;
  }

  private void string() throws Fault {
    at++;
    while (true) {
      int next = peek();
      if (next == '"') {
        at++;
        return;
      }
      if (next == '\\') {
        escape();
      } else if (next < 0) {
        character();
      } else if (next < ' ') {
        throw wrong();
      } else {
        at++;
      }
    }
  }

  private void escape() throws Fault {
    at++;
    int next = peek();
    if (next == 'u') {
      for (int i = 0; i < 4; i++) {
        at++;
        if (Character.digit(peek(), 16) < 0) {
          throw wrong();
        }
      }
    } else if ("\"\\/bfnrt".indexOf(next) < 0) {
      throw wrong();
    }
    at++;
  }

  /** Scans a character of two to four bytes (RFC 3629); rejects overlong forms and surrogates. */
  private void character() throws Fault {
    int lead = source[at] & 0xFF;
    int follow = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    boolean sound = lead >= 0xC2 && lead <= 0xF4 && at + follow < source.length;
    for (int i = 1; sound && i <= follow; i++) {
      int next = source[at + i] & 0xFF;
      sound = next >= low && next <= high;
      low = 0x80;
      high = 0xBF;
    }
    if (!sound) {
      throw new Fault("The body is not UTF-8");
    }
    at += follow + 1;
  }

  private void word(String word) throws Fault {
    for (int i = 0; i < word.length(); i++, at++) {
      if (peek() != word.charAt(i)) {
        throw wrong();
      }
    }
  }

  private void number() throws Fault {
    if (peek() == '-') {
      at++;
    }
    int digits = 1;
    if (peek() == '0') {
      at++;
    } else {
      digits = digits();
    }
    if (isNext('.')) {
      at++;
      digits += digits();
    }
    if (isNext('e') || isNext('E')) {
      at++;
      if (isNext('+') || isNext('-')) {
        at++;
      }
      digits += digits();
    }
    if (digits > LONGEST_NUMBER) {
      throw new Fault("The JSON has a number of over " + LONGEST_NUMBER + " digits");
    }
  }

  /** Scans at least one digit, and returns their number. */
  private int digits() throws Fault {
    int start = at;
    while (at < source.length && source[at] >= '0' && source[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw wrong();
    }
    return at - start;
  }

  private boolean isNext(char c) {
    return at < source.length && source[at] == c;
  }

  /** Scans white space, and returns its end. */
  private int space() {
    while (at < source.length
        && (source[at] == ' ' || source[at] == '\n' || source[at] == '\r' || source[at] == '\t')) {
      at++;
    }
    return at;
  }

  /** Whether only white space is left. */
  boolean isBlank() {
    return space() == source.length;
  }

  /** Scans trailing white space; fails if anything follows. */
  void end() throws Fault {
    if (space() < source.length) {
      throw new Fault("The body goes on after its JSON value, at byte " + at);
    }
  }

  private int peek() throws Fault {
    if (at >= source.length) {
      throw wrong();
    }
    return source[at];
  }

  private Fault wrong() {
    if (at < source.length && source[at] < 0) {
      try {
        character();
      } catch (Fault notUtf8) {
        return notUtf8;
      }
    }
    return new Fault("The body is not JSON: it breaks off or goes wrong near byte " + at);
  }
}
