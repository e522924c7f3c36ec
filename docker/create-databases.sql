-- Runs once, when the server's data directory is made: a role and a database for each node. The passwords come from the environment.
\getenv municipal_password MUNICIPAL_DATABASE_PASSWORD
\getenv provincial_password PROVINCIAL_DATABASE_PASSWORD
\getenv national_password NATIONAL_DATABASE_PASSWORD
create role municipal login password :'municipal_password';
create role provincial login password :'provincial_password';
create role national login password :'national_password';
create database municipal owner municipal;
create database provincial owner provincial;
create database national owner national;
revoke connect on database municipal, provincial, national from public;
