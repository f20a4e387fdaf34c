import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.app.Connection;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.util.Terser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sends each file over one connection and prints a line of what was answered: code, whose id, ACK's type and version, ERR. */
public class Sender {
  public static void main(String[] args) throws Exception {
    try (DefaultHapiContext context = new DefaultHapiContext()) {
      // Messages go out as they are; answers are held to HAPI's own rules.
      context.setValidationContext(ValidationContextFactory.defaultValidation());
      context.getLowerLayerProtocol();
      context.getParserConfiguration().setValidating(false);
      Connection connection = context.newClient("127.0.0.1", Integer.parseInt(args[0]), false);
      connection.getInitiator().setTimeout(20, java.util.concurrent.TimeUnit.SECONDS);
      for (int i = 1; i < args.length; i++) {
        String text = Files.readString(Path.of(args[i]), StandardCharsets.UTF_8);
        Message message = context.getPipeParser().parse(text);
        Message answer = connection.getInitiator().sendAndReceive(message);
        context.getParserConfiguration().setValidating(true);
        Message read = context.getPipeParser().parse(answer.encode());
        context.getParserConfiguration().setValidating(false);
        Terser terser = new Terser(read);
        String structure = read.getClass().getSimpleName();
        String error = "";
        if (read.toString().contains("\rERR|")) {
          String location = read.getVersion().equals("2.5") ? "/.ERR-2" : "/.ERR-1";
          error = terser.get(location + "-1") + "-" + terser.get(location + (read.getVersion().equals("2.5") ? "-3" : "-3"));
        }
        System.out.println(String.join("\t", terser.get("/.MSA-1"), terser.get("/.MSA-2"), structure, read.getVersion(), error));
      }
      connection.close();
    }
  }
}
