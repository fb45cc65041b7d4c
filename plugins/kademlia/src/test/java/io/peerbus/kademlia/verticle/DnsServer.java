package io.peerbus.kademlia.verticle;

import io.peerbus.host.Nodes;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A DNS server on 127.0.0.1 that knows some TXT records and no other names. */
final class DnsServer {

  private static final int ANSWER = 0x8180;
  private static final int NO_SUCH_NAME = 0x8183;
  private static final int HEADER = 12;
  private static final int TXT = 16;

  private final Map<String, List<String>> texts = new ConcurrentHashMap<>();
  private final DatagramSocket socket;

  DnsServer(Vertx vertx) {
    socket = vertx.createDatagramSocket();
    socket.handler(packet -> socket.send(answer(packet.data()), packet.sender().port(), packet.sender().host()));
    Nodes.await(socket.listen(0, "127.0.0.1"));
  }

  String address() {
    return "127.0.0.1:" + socket.localAddress().port();
  }

  void put(String name, String... records) {
    texts.put(name, List.of(records));
  }

  private Buffer answer(Buffer question) {
    StringBuilder name = new StringBuilder();
    int at = HEADER;
    for (int length = question.getByte(at); length > 0; length = question.getByte(at)) {
      name.append(name.isEmpty() ? "" : ".").append(question.getString(at + 1, at + 1 + length));
      at += 1 + length;
    }
    int end = at + 5; // the end of the name, type and class
    List<String> records = texts.get(name.toString());
    Buffer answer = question.getBuffer(0, 2).copy().appendUnsignedShort(records == null ? NO_SUCH_NAME : ANSWER)
        .appendUnsignedShort(1).appendUnsignedShort(records == null ? 0 : records.size()).appendInt(0)
        .appendBuffer(question.getBuffer(HEADER, end));
    for (String record : records == null ? List.<String>of() : records) {
      byte[] text = record.getBytes(StandardCharsets.UTF_8);
      answer.appendUnsignedShort(0xc000 | HEADER).appendUnsignedShort(TXT).appendUnsignedShort(1).appendInt(60)
          .appendUnsignedShort(1 + text.length).appendByte((byte) text.length).appendBytes(text);
    }
    return answer;
  }
}
