package io.aetherkeep.keyspace;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Puts members in a row again, with what stood between them. */
final class MemberSplice {

  private final byte[] source;
  private final List<Members.Member> members;

  private final Buffer out;
  private boolean empty = true;

  MemberSplice(byte[] source, List<Members.Member> members) {
    this.source = source;
    this.members = members;
    this.out = Buffer.buffer(source.length + 64);
    int head = members.isEmpty() ? brace() + 1 : members.get(0).nameStart();
    out.appendBytes(source, 0, head);
  }

  void keep(int at, Buffer value) {
    Members.Member member = members.get(at);
    if (!empty) {
      int gap = at == 0 ? member.nameStart() : members.get(at - 1).end();
      out.appendBytes(source, gap, member.nameStart() - gap);
    }
    empty = false;
    out.appendBytes(source, member.nameStart(), member.valueStart() - member.nameStart());
    out.appendBuffer(value);
  }

  void add(String name, Buffer value) {
    if (!empty) {
      out.appendBuffer(between());
    }
    empty = false;
    out.appendString(JsonSpans.quoted(name)).appendBuffer(colon()).appendBuffer(value);
  }

  /** What the writer puts between two members. */
  private Buffer between() {
    int from = members.isEmpty() ? 0 : members.get(0).end();
    return members.size() > 1
        ? slice(from, members.get(1).nameStart())
        : Buffer.buffer(colon().length() > 1 ? ", " : ",");
  }

  private Buffer colon() {
    if (members.isEmpty()) {
      return Buffer.buffer(":");
    }
    Members.Member first = members.get(0);
    return slice(JsonSpans.stringEnd(source, first.nameStart()), first.valueStart());
  }

  Buffer finished() {
    int tail = members.isEmpty() ? brace() + 1 : members.get(members.size() - 1).end();
    return out.appendBytes(source, tail, source.length - tail);
  }

  private int brace() {
    int at = 0;
    while (source[at] != '{') {
      at++;
    }
    return at;
  }

  private Buffer slice(int start, int end) {
    return Buffer.buffer(source).slice(start, end);
  }
}
