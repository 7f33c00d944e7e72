/**
 * Bench: given and family names of people, invented combinations only. The finder recognises people by them and
 * surrogates are drawn from them.
 */

const list = (text: string): string[] => text.trim().split(/\s+/)

/** Given names, many traditions mixed. */
export const givenNames: readonly string[] = list(`
Aaron Abigail Adam Adrian Agnes Ahmed Aisha Alan Albert Alejandro Alex Alexander Alexandra Alice Alicia Alison Amanda
Amara Amber Amelia Amir Amy Ana Anders Andrea Andrew Angela Anita Anna Anne Annika Anthony Antonio Anya Arjun Arthur
Astrid Audrey Aurora Barbara Beatrice Ben Benjamin Bernard Beth Bianca Bill Bob Boris Brad Brandon Brenda Brian Bridget
Bruce Bruno Caleb Calvin Camila Carl Carla Carlos Carmen Carol Caroline Cassandra Catherine Cecilia Charles Charlie
Charlotte Chen Chloe Chris Christian Christina Christine Christopher Clara Claudia Colin Connor Craig Crystal Cynthia
Dafydd Daisy Damian Dan Daniel Daniela Darius David Deborah Deepak Denise Dennis Derek Diana Diego Dmitri Dominic Donald
Donna Doris Dorothy Douglas Duncan Dylan Edgar Edith Edward Eileen Elaine Elena Eli Elias Elizabeth Ella Ellen Elliot
Emeka Emily Emma Eric Erica Erik Esther Ethan Eugene Eva Evan Evelyn Farah Fatima Felix Fernando Fiona Florence Frances
Francesca Francis Frank Fred Frederick Gabriel Gareth Gary Gavin Geoffrey George Gerald Giulia Gloria Gordon Graham
Greg Gregory Greta Gustav Hannah Harold Harriet Harry Hassan Heather Hector Heidi Helen Helga Henry Herbert Hiroshi
Holly Howard Hugo Ian Ibrahim Ignacio Imani Ines Ingrid Irene Isaac Isabel Isabella Ivan Ivy Jack Jacob Jake James Jamal
Jane Janet Jasmine Jason Javier Jean Jeff Jeffrey Jennifer Jeremy Jerome Jessica Jill Jim Joan Joanna Joe Joel John
Jonas Jonathan Jorge Joseph Joshua Joyce Juan Judith Julia Julian Julie Karen Karim Karl Kate Katherine Kathleen Keiko
Keith Kelly Kenji Kenneth Kevin Khalid Kimberly Kofi Kumar Kyle Lars Laura Lauren Lawrence Leah Leila Leo Leon Leonard
Leslie Li Liam Lily Linda Lisa Lorenzo Louis Louise Lucas Lucia Lucy Luis Luke Lydia Magnus Malcolm Manuel Marcel
Marcus Margaret Maria Marie Marina Mario Marion Martha Martin Mary Mateo Matthew Maureen Maurice Maya Megan Mehmet
Melissa Mia Michael Michelle Miguel Miriam Mohammed Monica Nadia Naomi Natalie Natasha Nathan Neil Nicholas Nicole Nigel
Nina Noah Nora Norman Olga Oliver Olivia Omar Oscar Pablo Pamela Patricia Patrick Paul Paula Pedro Peter Petra Philip
Phoebe Priya Rachel Rafael Rahul Raj Ralph Ramon Raymond Rebecca Ricardo Richard Rita Robert Roberta Robin Rodrigo Roger
Roland Ronald Rosa Rosemary Roxana Roy Rupert Ruth Ryan Sally Sam Samantha Samuel Sandra Sanjay Sara Sarah Scott Sean
Sebastian Sergei Sharon Shirley Silvia Simon Sofia Sophia Sophie Stanley Stefan Stella Stephanie Stephen Steven Stuart
Sunita Susan Suzanne Sven Sylvia Takeshi Tamara Tanya Tariq Teresa Theodore Theresa Thomas Tim Timothy Tobias Todd Tom
Tony Tracy Tristan Tyler Ursula Valentina Valerie Vanessa Vera Vernon Veronica Victor Victoria Vikram Vincent Violet
Virginia Vivian Walter Wanda Wayne Wei Wendy William Winston Xavier Yasmin Yolanda Yuki Yusuf Zachary Zara Zoe
`)

/** Family names, many traditions mixed. */
export const familyNames: readonly string[] = list(`
Abbott Abrams Acosta Adams Adeyemi Aguilar Ahmad Akhtar Alvarez Andersen Anderson Andrews Armstrong Arnold Ashworth
Atkinson Austen Bailey Baker Baldwin Ballard Banerjee Barnes Barrett Bauer Baxter Becker Bell Bennett Berg Bergman
Bianchi Blackwood Blake Bowman Boyd Bradley Brandt Brennan Briggs Brooks Brown Bryant Burgess Burke Burton Byrne Calder
Caldwell Cameron Campbell Cardoso Carlson Carpenter Carroll Carter Castillo Castro Chambers Chandler Chang Chapman
Chatterjee Clarke Clayton Coleman Collins Connolly Conrad Cooper Cortez Costa Cox Crawford Cruz Cunningham Curtis Dalton
Daniels Davidson Davies Davis Dawson Delgado Desai Diaz Dixon Donovan Doyle Drummond Dubois Duncan Dunn Edwards Eklund
Ellis Eriksen Espinoza Evans Falk Farrell Ferguson Fernandez Ferrari Fischer Fitzgerald Fleming Fletcher Flores Forsyth
Foster Fowler Fraser Freeman Friedman Fuentes Fuller Gallagher Garcia Gardner Garrett Gibson Gilbert Gomez Gonzalez
Goodwin Graves Greene Griffin Griffiths Gupta Gutierrez Haas Hale Hamilton Hammond Hansen Hanson Harper Harris Harrison
Hartley Harvey Hawkins Hayes Henderson Hernandez Herrera Hicks Higgins Hoffman Holloway Holmes Horvat Howell Hudson
Hughes Hussain Hutchinson Ibarra Ingram Ito Ivanov Jackson Jacobs Jansen Jenkins Jensen Jimenez Johansson Johnson
Johnston Jones Kaminski Kapoor Keller Kennedy Khan Kim Klein Knudsen Kobayashi Kowalski Kramer Krishnan Kuznetsov Lambert
Larsen Larson Lawson Lefebvre Leung Lewis Lim Lindholm Lindqvist Lloyd Lopez Lowe Lund Lynch MacDonald Mackenzie Malik
Mancini Marchetti Marsden Marshall Martinez Mason Matthews Maxwell McAllister McBride McCarthy McCormick McDonald McGrath
McKay McLean Medina Mehta Mendes Mendoza Meyer Miller Mills Mitchell Molina Montgomery Moore Morales Moreau Moreno Morgan
Morris Morrison Mueller Munoz Murphy Murray Nakamura Navarro Nelson Nguyen Nielsen Nilsson Nolan Norris Novak Nowak
O'Brien O'Connor O'Neill Okafor Okonkwo Oliveira Olsen Olson Ortega Ortiz Osborne Owens Palmer Papadakis Parker Parsons
Patel Paterson Patterson Pereira Perez Perkins Petersen Peterson Petrov Phillips Pierce Popescu Porter Powell Prescott
Quinn Ramirez Ramos Ramsey Rao Reid Reyes Reynolds Ribeiro Richards Richardson Rivera Robertson Robinson Rodriguez Rogers
Romano Rosenberg Rossi Roth Rousseau Russell Salazar Sanchez Sandoval Santos Sato Saunders Schmidt Schneider Schroeder
Schultz Schwartz Shah Shapiro Sharma Sharpe Shepherd Sheridan Silva Simmons Simpson Sinclair Singh Smith Sorensen Soto
Spencer Stanton Steele Stephens Stevens Stewart Strickland Sullivan Sutherland Suzuki Svensson Takahashi Tanaka Taylor
Thatcher Thompson Thomson Thornton Torres Townsend Tran Tucker Turner Underwood Usman Valdez Vance Vargas Vasquez Vaughan
Vega Velasco Vogel Volkov Wagner Walker Wallace Walsh Walters Wang Warner Watanabe Watkins Watson Weaver Webb Weber
Webster Wheeler Whitaker Williams Williamson Wilson Wolfe Wright Yamamoto Yang Yates Yildiz Zamora Zhang Zhao Zimmerman
`)
