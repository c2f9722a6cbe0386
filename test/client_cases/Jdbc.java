// java -cp postgresql.jar Jdbc.java PORT: a smoke test of JDBC.
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;

public class Jdbc {
	static Connection connection;

	static void become(String user) throws SQLException {
		try (PreparedStatement set = connection.prepareStatement("SELECT workflow_perms.set_principal(?, ?)")) {
			set.setString(1, "acme");
			set.setString(2, user);
			set.execute();
		}
	}

	static String list() throws SQLException {
		try (ResultSet rows = connection.createStatement().executeQuery("SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.workflows")) {
			rows.next();
			return rows.getString(1);
		}
	}

	static void same(String what, Object got, Object expected) {
		if (!String.valueOf(got).equals(String.valueOf(expected))) {
			System.out.println("FAILED jdbc: " + what + ": " + got + " is not " + expected);
			System.exit(1);
		}
		System.out.println("ok jdbc: " + what);
	}

	public static void main(String[] args) throws SQLException {
		connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + args[0] + "/clients?prepareThreshold=1", "server", "");
		connection.setAutoCommit(false);
		StringBuilder seen = new StringBuilder();
		for (String user : new String[] {"ann", "bob", "pro", "free", "ann"}) {
			become(user);
			seen.append(list()).append("; ");
			connection.commit();
		}
		same("list, with prepared statements and one principal after the other", seen, "letter secret; letter; sync; null; letter secret; ");

		become("bob");
		String code = null;
		try (PreparedStatement update = connection.prepareStatement("UPDATE workflow_perms.workflows SET name = ? WHERE workflow_id = ?")) {
			update.setString(1, "mine");
			update.setString(2, "letter");
			update.executeUpdate();
		} catch (PSQLException error) {
			code = error.getServerErrorMessage().getConstraint() + " " + error.getServerErrorMessage().getDetail() + " " + error.getSQLState();
		}
		connection.rollback();
		same("a refused write, with its code read from a field", code, "not_owner Reason: not_owner. 42501");

		become("olga");
		PGobject condition = new PGobject();
		condition.setType("jsonb");
		condition.setValue("{\"plan\": \"team\"}");
		try (PreparedStatement update = connection.prepareStatement("UPDATE workflow_perms.workflows SET condition = ? WHERE workflow_id = 'sync'")) {
			update.setObject(1, condition);
			update.executeUpdate();
		}
		try (ResultSet rows = connection.createStatement().executeQuery("SELECT condition FROM workflow_perms.workflows WHERE workflow_id = 'sync'")) {
			rows.next();
			same("a condition, written and read", rows.getString(1), "{\"plan\": \"team\"}");
		}
		connection.rollback();
		connection.close();
	}
}
