package io.aetherkeep.document;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Writer of an object's members that keeps the original formatting between them. */
final class MemberSplice {

  private final byte[] source;
  private final List<Members.Member> members;

  private final Buffer out;
  private final List<Members.Member> written;
  private boolean empty = true;

  MemberSplice(byte[] source, List<Members.Member> members) {
    this.source = source;
    this.members = members;
    this.out = Buffer.buffer(source.length + 64);
    this.written = new ArrayList<>(members.size() + 1);
    append(0, members.isEmpty() ? brace() + 1 : members.get(0).nameStart());
  }

  /** Keeps a member. */
  void keep(int at) {
    begin(at);
    Members.Member member = members.get(at);
    int start = out.length();
    append(member.nameStart(), member.end());
    written(member.name(), start, start + member.valueStart() - member.nameStart());
  }

  /** Keeps a member's name with another value. */
  void keep(int at, Buffer value) {
    begin(at);
    Members.Member member = members.get(at);
    int start = out.length();
    append(member.nameStart(), member.valueStart());
    int valueStart = out.length();
    out.appendBuffer(value);
    written(member.name(), start, valueStart);
  }

  private void written(String name, int start, int valueStart) {
    written.add(new Members.Member(name, start, valueStart, out.length()));
  }

  private void begin(int at) {
    if (!empty) {
      int start = members.get(at).nameStart();
      append(at == 0 ? start : members.get(at - 1).end(), start);
    }
    empty = false;
  }

  void add(String name, Buffer value) {
    if (!empty) {
      between();
    }
    empty = false;
    int start = out.length();
    out.appendString(JsonSpans.quoted(name));
    colon();
    int valueStart = out.length();
    out.appendBuffer(value);
    written(name, start, valueStart);
  }

  /** Appends the original separator of two members. */
  private void between() {
    if (members.size() > 1) {
      append(members.get(0).end(), members.get(1).nameStart());
    } else {
      boolean spaced = !members.isEmpty() && colonEnd() - colonStart() > 1;
      out.appendString(spaced ? ", " : ",");
    }
  }

  private void colon() {
    if (members.isEmpty()) {
      out.appendByte((byte) ':');
    } else {
      append(colonStart(), colonEnd());
    }
  }

  private int colonStart() {
    return JsonSpans.stringEnd(source, members.get(0).nameStart());
  }

  private int colonEnd() {
    return members.get(0).valueStart();
  }

  /** The members that were written, where they are in the result. */
  List<Members.Member> members() {
    return written;
  }

  /** The object; read-only. */
  Buffer finished() {
    append(members.isEmpty() ? brace() + 1 : members.get(members.size() - 1).end(), source.length);
    // Of its exact length, so that its array is not copied again.
    return Buffer.buffer(out.getBytes());
  }

  private int brace() {
    int at = 0;
    while (source[at] != '{') {
      at++;
    }
    return at;
  }

  private void append(int from, int to) {
    out.appendBytes(source, from, to - from);
  }
}
