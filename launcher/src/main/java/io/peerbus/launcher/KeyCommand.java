package io.peerbus.launcher;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.launcher.data.IdentityFile;
import io.peerbus.launcher.data.NetworkKeyFile;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code peerbus key}: makes and shows identity keys, in libp2p's protobuf form, and makes those of networks. */
@Command(name = "key", mixinStandardHelpOptions = true,
    description = "Makes and shows identity keys, in libp2p's protobuf form, and makes those of private networks. All"
        + " files have mode 0600.",
    footer = {"", "Examples:", "  peerbus key generate alice.key", "  peerbus key generate bob.key --type secp256k1",
        "  peerbus key show alice.key",
        "  peerbus key network swarm.key"})
final class KeyCommand implements Runnable {

  /** The types a key can be made of. */
  enum Type { ed25519, secp256k1 }

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "generate, show or network is missing");
  }

  @Command(name = "generate", mixinStandardHelpOptions = true,
      description = "Makes a key. A file that exists is left alone.")
  int generate(
      @Parameters(paramLabel = "FILE", description = "Where to; must not exist.") Path file,
      @Option(names = {"-t", "--type"}, paramLabel = "ed25519|secp256k1", defaultValue = "ed25519",
          description = "The type of key (default: ed25519).") Type type) throws StartException {
    try {
      KeyType keyType = KeyType.valueOf(type.name().toUpperCase(Locale.ROOT));
      print(IdentityFile.create(file, keyType, new SecureRandom()), file, false);
      return Exit.OK.code();
    } catch (FileAlreadyExistsException e) {
      throw new StartException(Exit.DATA, file + " exists and is left as it is: a key that is gone is gone for good");
    }
  }

  @Command(name = "show", mixinStandardHelpOptions = true,
      description = "Shows what a key file holds, the secret only when asked for.")
  int show(
      @Parameters(paramLabel = "FILE", description = "The key file, for instance a node's identity.key.") Path file,
      @Option(names = "--secret", description = "Print the private key as well, in base64.") boolean secret)
      throws StartException {
    print(IdentityFile.load(file), file, secret);
    return Exit.OK.code();
  }

  @Command(name = "network", mixinStandardHelpOptions = true,
      description = "Makes the key of a private network, for all its nodes. A file that exists is left alone.")
  int network(@Parameters(paramLabel = "FILE", description = "Where to; must not exist.") Path file)
      throws StartException {
    try {
      NetworkKeyFile.create(file, new SecureRandom());
      spec.commandLine().getOut().println("Made " + file + ": copy it to each node, and name it there in the config as"
          + " privateNetwork.file");
      spec.commandLine().getOut().flush();
      return Exit.OK.code();
    } catch (FileAlreadyExistsException e) {
      throw new StartException(Exit.DATA, file + " exists and is left as it is: a network whose key is gone is in two");
    }
  }

  private void print(KeyPair key, Path file, boolean secret) {
    CommandLine line = spec.commandLine();
    PrintWriter out = line.getOut();
    out.println("file:       " + file);
    out.println("type:       " + key.publicKey().type().name().toLowerCase(Locale.ROOT));
    out.println("peer id:    " + key.publicKey().peerId());
    out.println("as CID:     " + key.publicKey().peerId().toCid());
    out.println("public key: " + Base64.getEncoder().encodeToString(key.publicKey().toBytes()));
    if (secret) {
      out.println("SECRET KEY: " + Base64.getEncoder().encodeToString(key.toBytes()));
    }
    out.flush();
  }
}
