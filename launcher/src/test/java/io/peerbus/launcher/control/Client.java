package io.peerbus.launcher.control;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client of the control socket that sends what it is told, right or wrong. Blocks. */
final class Client implements AutoCloseable {

  private final SocketChannel channel;
  private final BufferedReader in;

  Client(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    in = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
  }

  /** Sends text as it is. Single quotes stand for double ones. */
  Client raw(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    return this;
  }

  /** Sends a line. */
  Client send(String line) throws IOException {
    return raw(line + "\n");
  }

  /** The next line, or {@code null} at the end. */
  JsonObject line() throws IOException {
    String line = in.readLine();
    return line == null ? null : new JsonObject(line);
  }

  /** Sends a request and takes the next line for its answer. */
  JsonObject ask(String line) throws IOException {
    return send(line).line();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
