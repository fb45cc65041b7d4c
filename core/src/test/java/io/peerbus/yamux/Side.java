package io.peerbus.yamux;

import io.peerbus.muxer.Muxer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One session with an owner that takes every stream, reads at once unless told otherwise, and writes all down. */
final class Side {

  final Session session;
  final List<Muxer.Action> log = new ArrayList<>();
  final Map<Integer, ByteArrayOutputStream> inbox = new TreeMap<>();
  boolean accepts = true;
  boolean reads = true;

  /** Bytes on their way to the other side, with the time of arrival. */
  final ArrayDeque<Packet> wire = new ArrayDeque<>();
  private final Map<Integer, Integer> unread = new TreeMap<>();

  record Packet(long at, ByteBuffer bytes) {}

  Side(Session.Role role, YamuxOptions options) {
    this.session = new Session(role, options);
  }

  /** Carries out all actions there are. */
  void drain(long now) {
    for (Muxer.Action action = session.poll(); action != null; action = session.poll()) {
      log.add(action);
      if (action instanceof Muxer.Action.Opened opened && accepts) {
        session.accept(now, opened.stream());
      } else if (action instanceof Muxer.Action.Received received) {
        receive(now, received);
      }
    }
  }

  /** Reads what was left unread of a stream. */
  void read(long now, int stream) {
    Integer bytes = unread.remove(stream);
    if (bytes != null) {
      session.consumed(now, stream, bytes);
    }
  }

  int unread(int stream) {
    return unread.getOrDefault(stream, 0);
  }

  byte[] received(int stream) {
    return inbox.containsKey(stream) ? inbox.get(stream).toByteArray() : new byte[0];
  }

  <A extends Muxer.Action> List<A> actions(Class<A> type) {
    return log.stream().filter(type::isInstance).map(type::cast).toList();
  }

  boolean saw(Muxer.Action action) {
    return log.contains(action);
  }

  private void receive(long now, Muxer.Action.Received received) {
    ByteBuffer data = received.data();
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    inbox.computeIfAbsent(received.stream(), id -> new ByteArrayOutputStream()).writeBytes(bytes);
    if (reads) {
      session.consumed(now, received.stream(), bytes.length);
    } else {
      unread.merge(received.stream(), bytes.length, Integer::sum);
    }
  }
}
