package io.peerbus.host;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A DNS server on 127.0.0.1 for tests: it knows some names and no others, and is silent where it is told to be. */
public final class DnsServer {

  private static final int ANSWER = 0x8180;
  private static final int NO_SUCH_NAME = 0x8183;
  private static final int HEADER = 12;
  private static final int A = 1;
  private static final int CNAME = 5;
  private static final int TXT = 16;
  private static final int AAAA = 28;

  private record Entry(String name, int type, Buffer data) {}

  private final Map<String, List<Entry>> names = new ConcurrentHashMap<>();
  private final AtomicInteger questions = new AtomicInteger();
  private final DatagramSocket socket;

  public DnsServer(Vertx vertx) {
    socket = vertx.createDatagramSocket();
    socket.handler(packet -> {
      Buffer answer = answer(packet.data());
      if (answer != null) {
        socket.send(answer, packet.sender().port(), packet.sender().host());
      }
    });
    Nodes.await(socket.listen(0, "127.0.0.1"));
  }

  public String address() {
    return "127.0.0.1:" + socket.localAddress().port();
  }

  /** Questions so far. */
  public int questions() {
    return questions.get();
  }

  /** In place of what there was: TXT records, each of strings of 255 bytes at the most. */
  public void texts(String name, String... records) {
    List<Entry> entries = new ArrayList<>();
    for (String record : records) {
      byte[] text = record.getBytes(StandardCharsets.UTF_8);
      Buffer data = Buffer.buffer();
      for (int from = 0; from == 0 || from < text.length; from += 255) {
        int length = Math.min(255, text.length - from);
        data.appendByte((byte) length).appendBytes(text, from, length);
      }
      entries.add(new Entry(name, TXT, data));
    }
    names.put(name, entries);
  }

  /** In place of what there was: A and AAAA records. */
  public void ips(String name, String... ips) {
    List<Entry> entries = new ArrayList<>();
    for (String ip : ips) {
      try {
        byte[] bytes = InetAddress.getByName(ip).getAddress();
        entries.add(new Entry(name, bytes.length == 4 ? A : AAAA, Buffer.buffer(bytes)));
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(e);
      }
    }
    names.put(name, entries);
  }

  /** Another name for what is at {@code to}, which is answered too. */
  public void alias(String name, String to) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(name, CNAME, encoded(to)));
    entries.addAll(names.getOrDefault(to, List.of()));
    names.put(name, entries);
  }

  /** Questions for it are not answered. */
  public void silence(String name) {
    names.put(name, List.of(new Entry(name, 0, Buffer.buffer())));
  }

  private static Buffer encoded(String name) {
    Buffer encoded = Buffer.buffer();
    for (String label : name.split("\\.")) {
      encoded.appendByte((byte) label.length()).appendString(label);
    }
    return encoded.appendByte((byte) 0);
  }

  private Buffer answer(Buffer question) {
    questions.incrementAndGet();
    StringBuilder name = new StringBuilder();
    int at = HEADER;
    for (int length = question.getByte(at); length > 0; length = question.getByte(at)) {
      name.append(name.isEmpty() ? "" : ".").append(question.getString(at + 1, at + 1 + length));
      at += 1 + length;
    }
    int end = at + 5; // the end of the name, type and class
    int type = question.getUnsignedShort(at + 1);
    List<Entry> known = names.get(name.toString());
    if (known != null && known.stream().anyMatch(entry -> entry.type == 0)) {
      return null;
    }
    List<Entry> fit = known == null ? List.of()
        : known.stream().filter(entry -> entry.type == type || entry.type == CNAME).toList();
    Buffer answer = question.getBuffer(0, 2).copy().appendUnsignedShort(known == null ? NO_SUCH_NAME : ANSWER)
        .appendUnsignedShort(1).appendUnsignedShort(fit.size()).appendInt(0)
        .appendBuffer(question.getBuffer(HEADER, end));
    for (Entry entry : fit) {
      answer.appendBuffer(encoded(entry.name)).appendUnsignedShort(entry.type).appendUnsignedShort(1).appendInt(60)
          .appendUnsignedShort(entry.data.length()).appendBuffer(entry.data);
    }
    return answer;
  }
}
